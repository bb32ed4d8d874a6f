# SPDX-License-Identifier: BSD-2-Clause
# Strings and arithmetic, without another process.
text=
for ((i = 0; i < 700; i++)); do
	word="item$i"
	text+="${word^^}:${#word} "
done
count=0
for word in $text; do
	name=${word%%:*}
	size=${word##*:}
	[[ $name == ITEM*7 ]] && ((count += size))
done
declare -A seen
for ((i = 0; i < 600; i++)); do
	seen[${text:i:5}]=$((i * 7 % 13))
done
echo "$count ${#seen[@]} ${#text}"
