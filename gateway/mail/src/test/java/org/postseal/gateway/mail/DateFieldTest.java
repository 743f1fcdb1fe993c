package org.postseal.gateway.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateFieldTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Wed, 11 Mar 2015 06:36:43 -0700            | 2015-03-11T13:36:43Z
            28 Jun 2011 14:01:57 -0600                 | 2011-06-28T20:01:57Z
            Tue, 08 Sep 2009 08:45:17 +0200 (16:45 EST)| 2009-09-08T06:45:17Z
            Sun, 6 Sep 2009 08:50:13 +0000 (W. Europe) | 2009-09-06T08:50:13Z
            Mon, 6 Sep 2009 8:50 -0000                 | 2009-09-06T08:50:00Z
            Thu,  6 sep 2009 08:50:59 GMT              | 2009-09-06T08:50:59Z
            6 Sep 09 08:50:13 UT                       | 2009-09-06T08:50:13Z
            6 Sep 99 08:50:13 EDT                      | 1999-09-06T12:50:13Z
            Sunday, 06-Sep-2009  08:50:13 Z            | 2009-09-06T08:50:13Z
            """)
    void readsWhatMailProgramsWrite(String value, Instant time) {
        assertThat(DateField.parse(value)).contains(time);
    }

    /** Each of these is another time for some mail program. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "(1 Dec 2027 10:00:00 +0000) Tue, 24 Nov 2026 12:00:00 +0000",
                "Tue, (1 Dec 2027 10:00:00 +0000) 24 Nov 2026 12:00:00 +0000",
                "Tue, 24 Nov (2027) 2026 12:00:00 +0000",
                "Tue, 24 - Nov -- 2026 12:00:00 +0000",
                "Dec, 24 Nov 2026 12:00:00 +0000",
                "24 Nov 126 12:00:00 +0000",
                "24 Nov 2026 12:00:00+0000",
                "24 Nov 2026 12:00:60 +0000",
                "24 Nov 2026 12:00:00 CET",
                "24 Nov 2026 12:00:00 MESZ",
                "24 Nov 2026 12:00:00 A"
            })
    void whatProgramsReadInDifferentWaysIsNoTime(String value) {
        assertThat(DateField.parse(value)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "today",
                "2009-09-06T08:50:13Z",
                "31 Feb 2009 08:50:13 +0000",
                "6 Sept 2009 08:50:13 +0000",
                "6 Xxx 2009 08:50:13 +0000",
                "6 Sep 2009 25:50:13 +0000",
                "6 Sep 2009 08:50:13",
                "6 Sep 2009 08:50:13 +9900",
                "6 Sep 2009 08:50:13 +0099",
                "6 Sep 2009 08:50:13 Europe",
                "6 Sep 2009 08:50:13 C1",
                "6 Sep 2009 08:50:13 CET DST",
                "6 Sep 2009 08:50:13 +0000 6 Sep 2010 08:50:13 +0000",
                "9999999999 Sep 2009 08:50:13 +0000"
            })
    void whatIsNoTimeIsNone(String value) {
        assertThat(DateField.parse(value)).isEmpty();
    }
}
