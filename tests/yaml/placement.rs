//! Where everything comes to stand: the rules of an edit in place, one by one.

use crate::table::check;

#[test]
fn keys() {
    check(&[
        (
            "a renamed key keeps its place, its value and its comments",
            "
            # above
            a: 1 # behind
            b: 2
            ",
            "rename a to x",
            "
            # above
            x: 1 # behind
            b: 2
            ",
        ),
        (
            "a new key goes to the end",
            "
            a: 1
            b: 2
            ",
            "add c = 3",
            "
            a: 1
            b: 2
            c: 3
            ",
        ),
        (
            "a new key goes to the end of its mapping, before the comments that follow it",
            "
            a:
              b: 1
            # about c
            c: 2
            ",
            "add a.new = 3",
            "
            a:
              b: 1
              new: 3
            # about c
            c: 2
            ",
        ),
        (
            "at the end of a document, before its last comments",
            "
            a: 1

            # end
            ",
            "add b = 2",
            "
            a: 1
            b: 2

            # end
            ",
        ),
        (
            "before a sibling, and above its comments",
            "
            a: 1
            # about b
            b: 2
            ",
            "add new = 3 before b",
            "
            a: 1
            new: 3
            # about b
            b: 2
            ",
        ),
        (
            "after a sibling, and below all that belongs to it",
            "
            a: 1 # behind a
              # deeper than a
            b: 2
            ",
            "add new = 3 after a",
            "
            a: 1 # behind a
              # deeper than a
            new: 3
            b: 2
            ",
        ),
        (
            "before the first sibling, where its comments speak of it alone",
            "
            # about a
            a: 1
            ",
            "add new = 2 before a",
            "
            new: 2
            # about a
            a: 1
            ",
        ),
        (
            "into the mapping of an item",
            "
            - a: 1
              b: 2
            - c: 3
            ",
            "add 0.new = 4",
            "
            - a: 1
              b: 2
              new: 4
            - c: 3
            ",
        ),
        (
            "into an empty mapping, in its style",
            "
            a: {} # nothing
            b: 2
            ",
            "add a.new = x",
            "
            a: {new: x} # nothing
            b: 2
            ",
        ),
        (
            "a moved key takes its lines along, shifted",
            "
            a:
              # about b
              b:
                c: 1 # one
              d: 2
            e:
              f: 3
            ",
            "move a.b to e.b",
            "
            a:
              d: 2
            e:
              f: 3
              # about b
              b:
                c: 1 # one
            ",
        ),
        (
            "a key that is wrapped keeps its place",
            "
            a: 1
            # about b
            b: 2 # two
            c: 3
            ",
            "wrap b in new",
            "
            a: 1
            new:
              # about b
              b: 2 # two
            c: 3
            ",
        ),
        (
            "a key that is unwrapped keeps the place of what was around it",
            "
            a: 1
            # about outer
            outer: # behind outer
              # about b
              b: 2 # two
            c: 3
            ",
            "unwrap outer",
            "
            a: 1
            # about b
            b: 2 # two
            c: 3
            (gone: # about outer # behind outer)",
        ),
        (
            "an heir has the place and the comments of the key that went",
            "
            a: 1
            # about b
            b: 2 # two
            c: 3
            ",
            "inherit b as new = 4",
            "
            a: 1
            # about b
            new: 4 # two
            c: 3
            ",
        ),
        (
            "a copy is printed again, without comments and with the quotes of the original",
            "
            a:
              # about b
              b: 'x' # one
              c: [y, 'z']
            d: 1
            ",
            "copy a to e",
            "
            a:
              # about b
              b: 'x' # one
              c: [y, 'z']
            d: 1
            e:
              b: 'x'
              c: [y, 'z']
            ",
        ),
        (
            "a mapping that loses all its keys is written as such",
            "
            a: # behind a
              b: 1
            c: 2
            ",
            "remove a.b",
            "
            a: {} # behind a
            c: 2
            ",
        ),
        (
            "and so is a document",
            "
            # licence

            a: 1
            ",
            "remove a",
            "
            # licence

            {}
            ",
        ),
        (
            "several changes are made at once, each as if it were alone",
            "
            a: 1
            b: 2 # two
            c: 3
            ",
            "rename a to x; set b = 5; remove c; add d = 4",
            "
            x: 1
            b: 5 # two
            d: 4
            ",
        ),
    ]);
}

#[test]
fn items() {
    check(&[
        (
            "a new item goes where it is said, in the style of its neighbours",
            "
            a:
            - b: 1
            - b: 2
            ",
            "add a.1 = {b: 3, c: 4}",
            "
            a:
            - b: 1
            - b: 3
              c: 4
            - b: 2
            ",
        ),
        (
            "an item that goes takes its comments along",
            "
            a:
              # the first
              - x
              # the second
              - y # why
              - z
            ",
            "remove a.1",
            "
            a:
              # the first
              - x
              - z
            (gone: # the second # why)",
        ),
        (
            "the last item of a sequence leaves an empty one",
            "
            a:
            - x
            b: 1
            ",
            "remove a.0",
            "
            a: []
            b: 1
            ",
        ),
        (
            "a value becomes the only item of a list",
            "
            a:
              b: 1 # one
              c: 2
            ",
            "list a",
            "
            a:
              - b: 1 # one
                c: 2
            ",
        ),
        (
            "a scalar becomes the only item of a list, and its comment stays with the key",
            "
            a: x # why
            ",
            "list a",
            "
            a: # why
              - x
            ",
        ),
        (
            "an entry becomes an item with its comments",
            "
            a: 1
            # about b
            b:
              c: 2 # two
            list:
            - d: 3
            ",
            "move b to list.1",
            "
            a: 1
            list:
            - d: 3
            # about b
            - c: 2 # two
            ",
        ),
        (
            "and with those of the last line, where it is a block",
            "
            a:
              b: 1 # one
            c:
              - d
            ",
            "move a to c.1",
            "
            c:
              - d
              - b: 1 # one
            ",
        ),
    ]);
}

#[test]
fn comments() {
    check(&[
        (
            "a trailing comment belongs to its entry, and so do lines directly above it",
            "
            a: 1
            # about b
            # in two lines
            b: 2 # two
            c: 3
            ",
            "remove b",
            "
            a: 1
            c: 3
            (gone: # about b # in two lines # two)",
        ),
        (
            "a block that is followed by a blank line is a heading, and stays",
            "
            a: 1

            # heading

            b: 2
            c: 3
            ",
            "remove b",
            "
            a: 1

            # heading

            c: 3
            ",
        ),
        (
            "a block above the first key may speak of the whole mapping, and stays",
            "
            a:
              # about a or b
              b: 1
              c: 2
            ",
            "remove a.b",
            "
            a:
              # about a or b
              c: 2
            ",
        ),
        (
            "but goes with a first key that moves",
            "
            a:
              # about b
              b: 1
              c: 2
            ",
            "move a.b to b",
            "
            a:
              c: 2
            # about b
            b: 1
            ",
        ),
        (
            "a comment that is less deep than the key below it is not its own",
            "
            a:
              b: 1
            # left
              c: 2
            d: 3
            ",
            "remove a.c",
            "
            a:
              b: 1
            # left
            d: 3
            ",
        ),
        (
            "a comment below a value and deeper than its key belongs to the value",
            "
            a:
              b: 1
              # still a
            c: 2
            ",
            "remove a",
            "
            c: 2
            (gone: # still a)",
        ),
        (
            "the comment of a value that is set stays",
            "
            a: 1 # one
            b:  x   # two
            ",
            "set a = 5; set b = z",
            "
            a: 5 # one
            b:  z   # two
            ",
        ),
        (
            "the comment of a line whose value becomes a block stays on it",
            "
            a: 1 # one
            ",
            "replace a = {b: 2}",
            "
            a: # one
              b: 2
            ",
        ),
        (
            "the comment behind a key stays when its block becomes a scalar",
            "
            a: # behind a
              b: 1
            c: 2
            ",
            "replace a = x",
            "
            a: x # behind a
            c: 2
            ",
        ),
        (
            "the blank line between two keys stays when what was between them goes",
            "
            a: 1
            b: 2

            c: 3
            d: 4
            ",
            "remove b; remove c",
            "
            a: 1

            d: 4
            ",
        ),
        (
            "there is one blank line where there was one before and one behind",
            "
            a: 1

            b: 2

            c: 3
            ",
            "remove b",
            "
            a: 1

            c: 3
            ",
        ),
        (
            "headings of several removed keys stay, with the blank lines between them",
            "
            a: 1

            # one

            b: 2
            c: 3

            # two

            d: 4
            e: 5
            ",
            "remove b; remove c; remove d",
            "
            a: 1

            # one

            # two

            e: 5
            ",
        ),
        (
            "a licence above everything stays",
            "
            # licence

            # about a
            a: 1
            b: 2
            ",
            "remove a",
            "
            # licence

            # about a
            b: 2
            ",
        ),
        (
            "white space at the end of a line stays with the line",
            "a: 1  \nb: 2 \nc: 3\n",
            "set b = 5; remove c",
            "a: 1  \nb: 5 \n",
        ),
    ]);
}

#[test]
fn style() {
    check(&[
        (
            "new lines have the indentation that most of the document has",
            "
            a:
                b: 1
            ",
            "add a.new = {c: {d: 2}}",
            "
            a:
                b: 1
                new:
                    c:
                        d: 2
            ",
        ),
        (
            "sequences are indented where the document does so",
            "
            a:
              - x
            ",
            "add new = [z, {b: 1, c: 2}]",
            "
            a:
              - x
            new:
              - z
              - b: 1
                c: 2
            ",
        ),
        (
            "and are not where it does not",
            "
            a:
            - x
            ",
            "add new = [v, [w]]",
            "
            a:
            - x
            new:
            - v
            - - w
            ",
        ),
        (
            "a moved block keeps its own indentation below its key",
            "
            a:
                b:
                    c: 1
            d:
              e: 2
            ",
            "move a.b to d.b",
            "
            a: {}
            d:
              e: 2
              b:
                  c: 1
            ",
        ),
        (
            "a string is quoted only where it must be, and then as the document quotes",
            "
            a: 'x'
            ",
            "add b = plain; add c = 'yes'; add d = '80'; add e = 'a: b'",
            "
            a: 'x'
            b: plain
            c: 'yes'
            d: '80'
            e: 'a: b'
            ",
        ),
        (
            "with double quotes where it shows none",
            "
            a: x
            ",
            "add b = '80'",
            r#"
            a: x
            b: "80"
            "#,
        ),
        (
            "a string that is set keeps the quotes it has",
            r#"
            a: "x" # one
            b: 'x'
            c: x
            "#,
            "set a = z; set b = z; set c = z",
            r#"
            a: "z" # one
            b: 'z'
            c: z
            "#,
        ),
        (
            "a number in the place of a quoted string has none",
            r#"
            a: "80"
            "#,
            "set a = 80",
            "
            a: 80
            ",
        ),
        (
            "keys that readers would take for something else are quoted",
            "
            a: 1
            ",
            "rename a to yes; add 80 = 1; add ~ = 2; add #x = 3; add  = 4",
            r##"
            "yes": 1
            "80": 1
            "~": 2
            "#x": 3
            "": 4
            "##,
        ),
        (
            "a key keeps its quotes wherever it goes",
            r#"
            'a': {b: 1}
            "c":
              d: 2
            "#,
            "move c to e; wrap a in f",
            r#"
            f:
              'a': {b: 1}
            "e":
              d: 2
            "#,
        ),
    ]);
}

#[test]
fn flow_collections() {
    check(&[
        (
            "a mapping on one line stays on it",
            "
            a: {b: 1, c: 2} # one line
            ",
            "add a.new = {x: [z]}; remove a.b",
            "
            a: {c: 2, new: {x: [z]}} # one line
            ",
        ),
        (
            "and keeps the spaces between its brackets",
            "
            a: { b: 1 }
            ",
            "add a.new = 2; add a.empty = {}",
            "
            a: { b: 1, new: 2, empty: {} }
            ",
        ),
        (
            "what moves out of it gets lines of its own, but no block",
            "
            a: {b: {c: 1}, d: 2}
            e:
              f: 3
            ",
            "move a.b to e.b",
            "
            a: {d: 2}
            e:
              f: 3
              b: {c: 1}
            ",
        ),
        (
            "a block that moves into it is printed on one line",
            "
            a: {b: 1}
            c:
              d: x
              e: [y]
            ",
            "move c to a.c",
            "
            a: {b: 1, c: {d: x, e: [y]}}
            ",
        ),
        (
            "JSON stays JSON",
            r#"
            {
              "a": "x",
              "b": {"c": 1}
            }
            "#,
            "add d = z; rename b to e; add e.f = true",
            r#"
            {
              "a": "x",
              "e": {"c": 1, "f": true},
              "d": "z"
            }
            "#,
        ),
        (
            "JSON on one line too, with its spaces or without",
            r#"{"a":"x","b":[1,2]}"#,
            "add c = z; add b.2 = 3",
            r#"{"a":"x","b":[1,2,3],"c":"z"}"#,
        ),
        (
            "KYAML has bare keys, quoted strings and commas behind everything",
            r#"
            ---
            {
              apiVersion: "v1",
              kind: "Pod",
              spec: {
                containers: [{
                  name: "web",
                }],
              },
            }
            "#,
            "add spec.new = x; set kind = z; add spec.list = [{a: b}]",
            r#"
            ---
            {
              apiVersion: "v1",
              kind: "z",
              spec: {
                containers: [{
                  name: "web",
                }],
                new: "x",
                list: [
                  {
                    a: "b",
                  },
                ],
              },
            }
            "#,
        ),
        (
            "each child on a line of its own, with its comments",
            "
            a: [
              # about x
              x, # behind x
              y,
            ]
            ",
            "add a.1 = z; remove a.2",
            "
            a: [
              # about x
              x, # behind x
              z,
            ]
            ",
        ),
        (
            "the comment of a child goes with it, and no comma is left",
            "
            a: [
              x, # behind x
              y # behind y
            ]
            ",
            "remove a.1",
            "
            a: [
              x # behind x
            ]
            (gone: # behind y)",
        ),
        (
            "what loses all its children keeps its brackets",
            "
            a: {b: 1}
            c: [1, 2]
            ",
            "empty a; empty c",
            "
            a: {}
            c: []
            ",
        ),
        (
            "comments inside a block have no place on one line",
            "
            a: {b: 1}
            c:
              # about d
              d: x
            ",
            "move c to a.c",
            "refused: comments inside the moved block have no place in a flow collection",
        ),
    ]);
}

#[test]
fn lines() {
    check(&[
        (
            "new lines end as their neighbours do",
            "a:\r\n  b: 1\r\n",
            "add a.c = {d: 2}; add e = \"x\\ny\\n\"",
            "a:\r\n  b: 1\r\n  c:\r\n    d: 2\r\ne: |\r\n  x\r\n  y\r\n",
        ),
        (
            "also where a file has both ends",
            "a:\r\n  b: 1\r\nc:\n  d: 2\n",
            "add a.x = 3; add c.z = 4",
            "a:\r\n  b: 1\r\n  x: 3\r\nc:\n  d: 2\n  z: 4\n",
        ),
        (
            "a last line without an end stays without one",
            "a: 1\nb: 2",
            "add c = 3",
            "a: 1\nb: 2\nc: 3",
        ),
        (
            "also when the last key goes",
            "a: 1\nb: 2",
            "remove b",
            "a: 1",
        ),
        (
            "markers, directives and what stands around them stay",
            "%YAML 1.1\n--- # start\na: 1\n... # end\n",
            "rename a to b",
            "%YAML 1.1\n--- # start\nb: 1\n... # end\n",
        ),
        (
            "blank lines at the end stay",
            "a: 1\nb: 2\n\n\n",
            "remove b",
            "a: 1\n\n\n",
        ),
    ]);
}

#[test]
fn block_scalars() {
    check(&[
        (
            "a text moves with its lines, to the indentation of its new key",
            "
            a:
              b: |
                one
                  two

                three
            c:
              d:
                e: 1
            ",
            "move a.b to c.d.b",
            "
            a: {}
            c:
              d:
                e: 1
                b: |
                  one
                    two

                  three
            ",
        ),
        (
            "a folded one stays folded, and its header keeps its comment",
            "
            a: >- # folded
              one
              two
            ",
            "wrap a in b",
            "
            b:
              a: >- # folded
                one
                two
            ",
        ),
        (
            "one with an indentation of its own keeps it",
            "
            a: |2
                deep
              less
            ",
            "wrap a in b",
            "
            b:
              a: |2
                  deep
                less
            ",
        ),
        (
            "a new text is a block",
            "
            a: 1
            ",
            r#"add b = "one\ntwo\n"; add c = "one\n two""#,
            "
            a: 1
            b: |
              one
              two
            c: |-
              one
               two
            ",
        ),
        (
            "a text that is set stays a block, at its column",
            "
            a: | # header
                one
            b: 2
            ",
            r#"set a = "two\nthree\n""#,
            "
            a: | # header
                two
                three
            b: 2
            ",
        ),
        (
            "what keeps its last line breaks ends where it ended",
            "
            a: |+
              one

            b: 2
            c: 3
            ",
            "remove b",
            "
            a: |+
              one

            c: 3
            ",
        ),
        (
            "a comment below a text is no part of it, also when the text is new",
            "
            a: x
              # deeper
            b: 2
            ",
            r#"replace a = "one\ntwo\n""#,
            "
            a: |
              one
              two
            # deeper
            b: 2
            ",
        ),
        (
            "nothing follows a text without a last line break: readers differ on what it says",
            "a: |\n  one",
            "add b = 2",
            "refused: the file ends inside a block scalar without a line break, and nothing can follow it safely",
        ),
    ]);
}

#[test]
fn anchors() {
    check(&[
        (
            "an anchor stays when something else changes",
            "
            a: &x {b: 1}
            c: *x
            d: 2
            ",
            "rename c to e; set d = 3",
            "
            a: &x {b: 1}
            e: *x
            d: 3
            ",
        ),
        (
            "one that nobody uses goes with its value, or moves with it",
            "
            a: &x 1
            b: &y 2
            c:
              d: 3
            ",
            "remove a; move b to c.b",
            "
            c:
              d: 3
              b: &y 2
            ",
        ),
        (
            "what an alias stands for is not changed behind it",
            "
            a: &x
              b: 1
            c: *x
            ",
            "set c.b = 2",
            "refused: the change would be made behind the alias *x, which other places share",
        ),
        (
            "nor where it is written",
            "
            a: &x
              b: 1
            c: *x
            ",
            "set a.b = 2",
            "refused: the anchor &x is used elsewhere in the document; the change would alter or lose it",
        ),
        (
            "an anchor that others use does not move",
            "
            a: &x 1
            b: *x
            c:
              d: 2
            ",
            "move a to c.a",
            "refused: the anchor &x is used elsewhere in the document; the change would alter or lose it",
        ),
        (
            "what a merge key brings is not changed through it",
            "
            a: &x
              b: 1
            c:
              <<: *x
              d: 2
            ",
            "set c.d = 3; add c.b = 4",
            "refused: `b` is supplied by a merge key (<<)",
        ),
        (
            "a copy has the values that aliases stand for",
            "
            a: &x {b: 1}
            c: [*x]
            ",
            "copy c to d",
            "
            a: &x {b: 1}
            c: [*x]
            d: [{b: 1}]
            ",
        ),
    ]);
}

#[test]
fn refusals() {
    check(&[
        (
            "a key that stands there twice",
            "
            a: 1
            a: 2
            b: 3
            ",
            "remove a",
            "refused: `a` stands there more than once, or already",
        ),
        (
            "but what stands beside it can be changed",
            "
            a: 1
            a: 2
            b: 3
            ",
            "set b = 4",
            "
            a: 1
            a: 2
            b: 4
            ",
        ),
        (
            "a key that is there already",
            "
            a: 1
            b: 2
            ",
            "rename a to b",
            "refused: `b` stands there more than once, or already",
        ),
        (
            "a key for what is no mapping",
            "
            a: 1
            ",
            "add a.b = 2",
            "refused: there is no mapping to hold `b`",
        ),
    ]);
}
