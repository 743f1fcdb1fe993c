package org.postseal.gateway.judges;

import java.util.List;
import java.util.Locale;

/** The ways to write the parameter {@code boundary}, each with the boundaries that some program reads in it. */
enum BoundarySpelling implements Dice.Production {
    TOKEN("boundary=B", "B"),
    QUOTED("boundary=\"B\"", "B"),
    QUOTED_PAIR("boundary=\"B\\q\"", "Bq", "B\\q"),
    ESCAPED_QUOTE("boundary=\"B\\\"q\"", "B\"q", "B\\", "B", "B\\\"q"),
    COMMENT_BEHIND("boundary=B (c)", "B", "B (c)"),
    COMMENT_GLUED("boundary=B(c)", "B", "B(c)"),
    COMMENT_BEFORE("boundary=(c)B", "B", "(c)B"),
    COMMENT_IN_QUOTES("boundary=\"B(c)q\"", "B(c)q", "Bq", "B"),
    COMMENT_HIDES_ANOTHER("(; boundary=Y) boundary=B", "B", "Y", "Y)"),
    COMMENT_NESTED("(a(; boundary=Y)\\)) ; boundary=B", "B", "Y", "Y)\\)"),
    BLANKS_AROUND_EQUALS("boundary = B", "B"),
    EXTENDED("boundary*=us-ascii''B", "B", "us-ascii''B"),
    EXTENDED_PERCENT("boundary*=us-ascii''B%71", "Bq", "B%71", "us-ascii''B%71"),
    CONTINUED("boundary*0=B; boundary*1=q", "Bq", "B", "q"),
    CONTINUED_BACKWARDS("boundary*1=q; boundary*0=B", "Bq", "B", "q", "qB"),
    EXTENDED_BESIDE("boundary=Y; boundary*=us-ascii''B", "B", "Y"),
    PERCENT("boundary=\"B%71\"", "B%71", "Bq"),
    ENCODED_WORD("boundary=\"=?us-ascii?q?B?=\"", "=?us-ascii?q?B?=", "B"),
    NON_ASCII("boundary=\"B\u00c3\u00a9\"", "B\u00c3\u00a9", "B", "B??", "B?"),
    DUPLICATE_SAME("boundary=B; boundary=B", "B"),
    DUPLICATE_OTHER("boundary=Y; boundary=B", "B", "Y"),
    UPPER_NAME("BOUNDARY=B", "B"),
    CASE_OF_VALUE("boundary=Bq", "Bq", "BQ"),
    SINGLE_QUOTES("boundary='B'", "'B'", "B"),
    UNCLOSED("boundary=\"B", "B", "\"B"),
    FOLDED_IN_QUOTES("boundary=\"B\r\n q\"", "B q", "Bq", "B"),
    BLANK_AT_END("boundary=\"B \"", "B ", "B"),
    BLANK_AT_BEGIN("boundary=\" B\"", " B", "B"),
    TOO_LONG("boundary=\"" + "L".repeat(70) + "B\"", "L".repeat(70) + "B", "L".repeat(70)),
    UNQUOTED_SPECIALS("boundary=B/q", "B/q", "B"),
    UNQUOTED_EQUALS("boundary=B=q", "B=q", "B"),
    BCHARS("boundary=\"B'()+_,-./:=?q\"", "B'()+_,-./:=?q", "B", "B'+_,-./:=?q"),
    OUTSIDE_BCHARS("boundary=\"B;q\"", "B;q", "B"),
    DASHES("boundary=\"--B\"", "--B", "B"),
    PREFIX("boundary=B", "B", "Bq"),
    NO_SEMICOLON("x=y boundary=B", "B"),
    EMPTY_PARAMETERS("; ; boundary=B;", "B"),
    EMPTY("boundary=\"\"", "", "B"),
    QUOTED_TWICE("boundary=\"B\"\"q\"", "B", "Bq", "B\"\"q"),
    TRAILING_TEXT("boundary=\"B\" q", "B", "B q"),
    TABS("\tboundary=\tB\t", "B");

    private final String text;
    // Made by List.of, which nobody can change
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> readings;

    BoundarySpelling(String text, String... readings) {
        this.text = text;
        this.readings = List.of(readings);
    }

    @Override
    public String production() {
        return "boundary:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The parameter as it stands, for a boundary with this name; another one is its name and {@code Y}. */
    String parameter(String boundary) {
        return put(text, boundary);
    }

    /** What programs read in it, the reading by the RFCs first. */
    List<String> readings(String boundary) {
        return readings.stream().map(reading -> put(reading, boundary)).toList();
    }

    private static String put(String text, String boundary) {
        // The word boundary itself has a lower-case b, the names of parameters no Y.
        return text.replace("BOUNDARY", "\0")
                .replace("Y", boundary + "Y")
                .replace("B", boundary)
                .replace("\0", "BOUNDARY");
    }
}
