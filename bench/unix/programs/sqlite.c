/* SPDX-License-Identifier: BSD-2-Clause */
/* 1,000 inserts in one transaction and 1,000 selects, in the database file that it is given. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ROWS	1000

static sqlite3 *db;

static void
check(int status, int wanted)
{
	if (status == wanted)
		return;
	fprintf(stderr, "sqlite: %s\n", sqlite3_errmsg(db));
	exit(EXIT_FAILURE);
}

static void
execute(const char *sql)
{
	check(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

static sqlite3_stmt *
prepared(const char *sql)
{
	sqlite3_stmt *statement;

	check(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	return statement;
}

static void
insert_all(void)
{
	sqlite3_stmt *insert = prepared("insert into t values (?, 'value ' || ?)");

	execute("begin");
	for (int i = 0; i < ROWS; i++) {
		sqlite3_bind_int(insert, 1, i * 7919 % ROWS);
		sqlite3_bind_int(insert, 2, i);
		check(sqlite3_step(insert), SQLITE_DONE);
		sqlite3_reset(insert);
	}
	execute("commit");
	sqlite3_finalize(insert);
}

static long
select_all(void)
{
	sqlite3_stmt *select = prepared("select length(v) from t where k = ?");
	long sum = 0;

	for (int i = 0; i < ROWS; i++) {
		sqlite3_bind_int(select, 1, i);
		check(sqlite3_step(select), SQLITE_ROW);
		sum += sqlite3_column_int(select, 0);
		sqlite3_reset(select);
	}
	sqlite3_finalize(select);
	return sum;
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	unlink(argv[1]);
	check(sqlite3_open(argv[1], &db), SQLITE_OK);
	execute("create table t (k integer primary key, v text)");
	insert_all();
	printf("%ld\n", select_all());
	check(sqlite3_close(db), SQLITE_OK);
	return EXIT_SUCCESS;
}
