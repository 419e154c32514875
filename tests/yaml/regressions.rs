//! Odd texts that fuzzing found: each was once written wrongly, or not at all.

use crate::table::check;

const COMPLEX: &str = "refused: a key that is no simple scalar stands in the way";

#[test]
fn places() {
    check(&[
        (
            "a key that takes the place of another one does not pass one that stays",
            "
            a: 1
            b: 2
            ",
            "move a to c; wrap b in new",
            "
            new:
              b: 2
            c: 1
            ",
        ),
        (
            "a comment goes to the heir of a key, and not with the key as well",
            "
            # above
            a: 1 # one
            ",
            "enclose a in b",
            "
            # above
            b: # one
              a: 1
            ",
        ),
        (
            "an item that was an entry keeps the comment of its line, also as a list",
            "
            a: 1 # one
            b:
              - c
            ",
            "move a to b.0; list b.0",
            "
            b:
              - # one
                - 1
              - c
            ",
        ),
    ]);
}

#[test]
fn bars_between_braces() {
    check(&[(
        "what is a plain text between braces would begin a block elsewhere",
        "a: {b: |x, c: 1}\n",
        "move a.b to d",
        "a: {c: 1}\nd: \"|x\"\n",
    )]);
}

#[test]
fn comments() {
    check(&[
        (
            "the header of an empty text has its comment once",
            "80: |+ #\nb: 1\n",
            "rename b to 0x1F; enclose 80 in new",
            "new: #\n  80: |+\n\"0x1F\": 1\n",
        ),
        (
            "so has that of a text that moved away from the value of its key",
            "
            a: |- # one
              text
            b: x
            ",
            "list a; move a.0 to c",
            "
            a: []
            b: x
            c: |- # one
              text
            ",
        ),
        (
            "a text that takes the place of another one has its own comment",
            "
            a: |- # one
              text
            b: | # two
              more
            ",
            "exchange a for b",
            "
            a: | # two
              more
            (gone: # one)",
        ),
        (
            "a text that is none any more leaves its comment when it moves",
            "
            a: | # one
              text
            b: x # two
            ",
            "set a = 1; exchange b for a",
            "
            b: 1 # two
            (gone: # one)",
        ),
        (
            "the comment of a scalar stands above the block that replaces it in a list",
            "
            - b # two
            - - a: 1 # one
            ",
            "exchange 0 for 1",
            "
            # two
            - - a: 1 # one
            ",
        ),
        (
            "libyaml takes no tab between a dash or colon and a comment",
            "- a: {b: }\t # one\n",
            "exchange 0.a for 0.a.b",
            "- a: # one\n",
        ),
        (
            "a comment below a text of blank lines is no change",
            "- a\n- |+4\n     \n  # deep\n\n# end\n",
            "",
            "- a\n- |+4\n     \n  # deep\n\n# end\n",
        ),
        (
            "a comment behind an opening bracket keeps its distance",
            "{\"a\": 1,\n # about b\n\n \"b\": 2}\n",
            "remove a",
            "{ # about b\n\n \"b\": 2}\n",
        ),
        (
            "and no space follows one before the closing bracket",
            "
            {
              a: ,
              # heading

              b: 1}
            ",
            "remove b",
            "
            {
              a:
              # heading
            }
            ",
        ),
    ]);
}

#[test]
fn values() {
    check(&[
        (
            "a scalar whose tag makes its type keeps the quotes that it needs",
            "[!!int \"a\n  b \"]\n",
            "move 0 to 0",
            "[!!int \"a b \"]\n",
        ),
        (
            "a block that replaces a value far behind its dash stands where that stood",
            "
            - a
            -   {b: 1}
            ",
            "replace 1 = {c: 2, d: 3}",
            "
            - a
            -   c: 2
                d: 3
            ",
        ),
        (
            "the tag of a block goes with it into a list, once",
            "
            - !foo
              a: 1
            ",
            "list 0",
            "
            - - !foo
                a: 1
            ",
        ),
        (
            "below a dash a tagged sequence is indented, whatever the habit of the document",
            "
            - a
            - b: !!seq
              - c
            ",
            "exchange 0 for 1.b",
            "
            - !!seq
              - c
            - {}
            ",
        ),
        (
            "no tab stands before the dash of a list in a list",
            "a:\n-\tb\n",
            "list a.0",
            "a:\n- - b\n",
        ),
        (
            "nothing stands beside a key behind a tab",
            "-\ta: 1\n",
            "add 0.b = 2",
            "refused: tabs in the indentation",
        ),
        (
            "no tab stands between a colon and a new value",
            "a:\t\u{e9}\nb:\t! c\n",
            "set a = true; set b = d",
            "a: true\nb: d\n",
        ),
        (
            "nor in braces",
            "{a:\t\u{e9}, b:\t! c}\n",
            "set a = true; set b = 1",
            "{a: true, b: 1}\n",
        ),
        (
            "in a flow collection no bracket follows a tag directly",
            "{a: ! , b: 1}\n",
            "remove b",
            "{a: ! }\n",
        ),
        (
            "no brace follows the tag of a pair that gets braces",
            "
            a: [b: !!str , c]
            ",
            "move a.0 to d",
            "
            a: [c]
            d: {b: !!str }
            ",
        ),
        (
            "a text that keeps the lines below it ends where it is meant to, also when it is new",
            "80: |\r\n   text\r\n\r\n# end\n",
            r#"set 80 = "\nnew\n\n""#,
            "80: |+\r\n\r\n   new\r\n\r\n# end\n",
        ),
        (
            "no text comes to end a file that has no line break at its end",
            "a: !!null |+\n  b\n\nc: 1",
            "remove c",
            "refused: the file ends inside a block scalar without a line break, and nothing can follow it safely",
        ),
        (
            "nor before a comment that is deeper than the key",
            "a: b\n  \t\n  # deep\nc: d\n",
            "replace a = \"yes\"",
            "a: \"yes\"\n\n  # deep\nc: d\n",
        ),
        (
            "what YAML takes for text is no white space",
            "- a\n  \u{b} b\n- c: 1\n\n  # heading\u{a0}\n\n  d: 2\n",
            "list 0; remove 1.c",
            "- - a\n    \u{b} b\n# heading\u{a0}\n\n- d: 2\n",
        ),
        (
            "white space behind a comment is none of it",
            "a: 1\n\n# heading  \n\nb: 2\nc: 3\n",
            "remove b; remove c",
            "a: 1\n\n# heading\n",
        ),
        (
            "a line of tabs is not left behind a quoted string",
            "a: b\n  \t\n",
            "replace a = \"yes\"",
            "a: \"yes\"\n\n",
        ),
    ]);
}

#[test]
fn keys() {
    check(&[
        (
            "but not those that the source has without quotes, also among quoted ones",
            "
            a: {80: b}
            c: {\"80\": d}
            ",
            "copy a to c.e",
            "
            a: {80: b}
            c: {\"80\": d, \"e\": {80: b}}
            ",
        ),
        (
            "a bare key with a brace is quoted between braces",
            "
            a: {b: 1}
            c:
              d{e: 2
            ",
            "move c to a.c",
            "
            a: {b: 1, c: {\"d{e\": 2}}
            ",
        ),
        (
            "a tagged key is not printed again",
            "[!!str a: b]\n",
            "list 0",
            COMPLEX,
        ),
        (
            "a key of several lines does not change its indentation",
            "
            a:
              ? b: 1
                c: 2
              : d
            ",
            "wrap a in new",
            COMPLEX,
        ),
        (
            "nor does one in braces",
            "a: {b: {c\n  d: 1}}\n",
            "move a.b to e",
            COMPLEX,
        ),
        (
            "nor what follows it",
            "
            ? a: |+
                text
            b: 1

            c: 2
            ",
            "remove b",
            COMPLEX,
        ),
        (
            "an entry without a colon and one without a key do not become one",
            "
            ? a
            b: 1
            : c
            ",
            "remove b",
            COMPLEX,
        ),
        (
            "a key that is nothing gets no name",
            "
            ? a
            : b
            ?
            : c
            ",
            "rename #1 to d",
            COMPLEX,
        ),
        (
            "nor has a key of several lines in a flow collection, or one that is nothing but an anchor",
            "{a\n  b, c: d}\n",
            "replace #0 = 1",
            COMPLEX,
        ),
        (
            "so it is with what is nothing but an anchor",
            "{&a , c: d}\n",
            "replace #0 = 1",
            COMPLEX,
        ),
        (
            "the parser reads a collection in a pair without braces only behind other braces",
            "
            a: {}
            b: [c: {d: 1}]
            ",
            "replace a = 1",
            "refused: a mapping or sequence stands in a flow sequence as `[key: [...]]`; put braces around it",
        ),
    ]);
}
