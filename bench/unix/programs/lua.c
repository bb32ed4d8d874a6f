/* SPDX-License-Identifier: BSD-2-Clause */
/* Lua runs the file that it is given. */
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	lua_State *lua = luaL_newstate();

	if (argc != 2 || !lua)
		return 2;
	luaL_openlibs(lua);
	if (luaL_dofile(lua, argv[1])) {
		fprintf(stderr, "%s\n", lua_tostring(lua, -1));
		return 1;
	}
	lua_close(lua);
	return 0;
}
