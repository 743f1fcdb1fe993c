package org.postseal.gateway.judges;

import java.util.Locale;

/**
 * The ways to write Subject and To outside, where the signed content may protect both. Some say the same, and in the
 * others somebody says something in the name of the friend.
 */
enum SubjectSpelling implements Dice.Production {
    SAME("Subject: " + SubjectSpelling.SUBJECT + "\r\nTo: " + SubjectSpelling.TO),
    FOLDED("Subject: Lunch\r\n with  Bob\r\nTo: Alice\r\n <alice@example.com>"),
    ENCODED("Subject: =?utf-8?q?Lunch_with_?=\r\n =?iso-8859-1?b?Qm9i?=\r\nTo: =?utf-8?q?Alice?= <alice@example.com>"),
    QUOTED("To: \"Alice\" <alice@example.com>\r\nSubject: " + SubjectSpelling.SUBJECT),
    PLACEHOLDER("Subject: [...]\r\nTo: " + SubjectSpelling.TO),
    NONE("X-Subject: none"),
    OTHER("Subject: Pay 9999 to Eve\r\nTo: " + SubjectSpelling.TO),
    OTHER_ENCODED("Subject: =?utf-8?q?Pay_=39999_to_Eve?=\r\nTo: " + SubjectSpelling.TO),
    OTHER_IN_UTF_7("Subject: =?utf-7?q?Lunch_with_Bob_+AEUAdgBl-?=\r\nTo: " + SubjectSpelling.TO),
    TAGGED("Subject: [Eve] " + SubjectSpelling.SUBJECT + "\r\nTo: " + SubjectSpelling.TO),
    WORD_WITH_BLANKS("Subject: =?utf-8?q?Lunch with Bob, Eve?=\r\nTo: " + SubjectSpelling.TO),
    WORD_BEHIND_PADDING("Subject: =?utf-8?b?THVuY2ggd2l0aCBCb2I==IEV2ZQ==?=\r\nTo: " + SubjectSpelling.TO),
    SECOND("Subject: " + SubjectSpelling.SUBJECT + "\r\nSubject: Pay 9999 to Eve\r\nTo: " + SubjectSpelling.TO),
    SECOND_FIRST("Subject: Pay 9999 to Eve\r\nSubject: " + SubjectSpelling.SUBJECT + "\r\nTo: " + SubjectSpelling.TO),
    OTHER_READER("To: eve@evil.example\r\nSubject: " + SubjectSpelling.SUBJECT),
    SECOND_READER("To: " + SubjectSpelling.TO + ",\r\n eve@evil.example\r\nSubject: " + SubjectSpelling.SUBJECT),
    OTHER_RECEIPT("Disposition-Notification-To: eve@evil.example\r\nSubject: " + SubjectSpelling.SUBJECT),
    OTHER_NAME("To: \"Eve 9999\" <alice@example.com>\r\nSubject: " + SubjectSpelling.SUBJECT);

    /** What the friend has signed. */
    static final String SUBJECT = "Lunch with Bob";

    static final String TO = "Alice <alice@example.com>";

    private final String lines;

    SubjectSpelling(String lines) {
        this.lines = lines;
    }

    @Override
    public String production() {
        return "subject:" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The lines of both fields. */
    String write() {
        return lines;
    }
}
