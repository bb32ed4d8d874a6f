-- SPDX-License-Identifier: BSD-2-Clause
-- Tables, strings and closures.
local words = {}
for i = 1, 3000 do
	words[i] = ("w%04d"):format((i * 7919) % 3000)
end
table.sort(words)
local function counter()
	local n = 0
	return function() n = n + 1 return n end
end
local next, found = counter(), 0
for _, word in ipairs(words) do
	if word:match("7$") then
		found = found + next()
	end
end
print(found, #table.concat(words))
