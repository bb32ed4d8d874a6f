/* SPDX-License-Identifier: BSD-2-Clause */
/* Files without names: memfd_create and its seals, O_TMPFILE. */
#include <sys/mman.h>
#include "show.h"

int
main(void)
{
	char text[300], path[40];
	struct stat s;
	int fd = (int)SHOW(memfd_create("some", MFD_CLOEXEC | MFD_ALLOW_SEALING)), other;
	ssize_t length;

	SHOW(fcntl(fd, F_GETFD));
	SHOW(write(fd, "content", 7));
	DO(fstat(fd, &s));
	printf("%o %lu links %ld bytes\n", s.st_mode, (unsigned long)s.st_nlink, (long)s.st_size);
	length = readlink("/proc/self/fd/3", text, sizeof(text));
	printf("%.*s\n", (int)length, text);
	show_file("/proc/self/fd/3");
	SHOW(fcntl(fd, F_GET_SEALS));
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
	SHOW(ftruncate(fd, 3));
	SHOW(ftruncate(fd, 30));
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
	SHOW(ftruncate(fd, 31));
	SHOW(pwrite(fd, "x", 1, 30));
	SHOW(pwrite(fd, "x", 1, 3));
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
	SHOW(pwrite(fd, "x", 1, 3));
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
	SHOW(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
	SHOW(fcntl(fd, F_GET_SEALS));
	other = (int)SHOW(memfd_create("", 0));
	SHOW(fcntl(other, F_ADD_SEALS, F_SEAL_GROW));
	SHOW(fcntl(other, F_GET_SEALS));
	SHOW(fcntl(0, F_GET_SEALS));
	SHOW(memfd_create("x", 0x80000000));
	memset(text, 'n', sizeof(text));
	text[250] = 0;
	SHOW(memfd_create(text, 0));
	text[249] = 0;
	SHOW(memfd_create(text, 0));
	fd = (int)DO(open(".", O_TMPFILE | O_RDWR, 0640));
	SHOW(write(fd, "nameless", 8));
	DO(fstat(fd, &s));
	printf("%o %lu links\n", s.st_mode, (unsigned long)s.st_nlink);
	sprintf(path, "/proc/self/fd/%d", fd);
	SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
	show_file("named");
	return 0;
}
