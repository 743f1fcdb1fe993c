package org.postseal.policy.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.deciding.FakeDirectory;
import org.postseal.policy.deciding.Mail;
import org.postseal.policy.deciding.Policies;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.header.FieldReader;

/** Tests that rules on the Subject see it as mail programs show it, however it is spelled. */
class TextConditionTest {
    private static final RuleSet RULES = Policies.rules(
            "{ id: demand, when: { subject: secret }, then: { encrypt: required } }",
            "{ id: umlaut, when: { subject: verschlüsselt }, then: { encrypt: required } }",
            "{ id: blanks, when: { subject: 'top secrecy' }, then: { encrypt: required } }",
            "{ id: except, when: { direction: outbound }, unless: { subject: '[public]' }, then: reject }");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a Secret plan",
                "=?utf-8?B?c2VjcmV0?=",
                "=?utf-8?B?c2VjcmV0IHBsYW4?=",
                "=?utf-8?B?c2VjcmV0IHBsYW4==?=",
                "=?utf-8?B?c2VjcmV0IHBsYW4====?=",
                "=?utf-8?B?YQ==c2VjcmV0?=",
                "=?utf-8?B?c2Vj cmV0?=",
                "=?utf-8?B?c2V\tjcmV0?=",
                "=?utf-8?B?c2VjcmV0!?=",
                "=?utf-8?b?c2Vjc?= =?utf-8?b?mV0?=",
                "=?utf-8?B?c2Vj?= =?utf-8?B?cmV0?=",
                "=?utf-8?q?s=65cret?=",
                "=?utf-8?Q?sec?= =?UTF-8?q?ret?=",
                "=?utf-8?Q?sec?= =?iso-8859-1?B?cmV0?=",
                "=?utf-8?Q?sec?=\n =?utf-8?Q?ret?=",
                "=?utf-8?q?s=?= =?utf-8?q?65cret?=",
                "=?utf-8?q?s=6?= =?utf-8?q?5cret?=",
                "=?utf-8?q?s=?==?utf-8?q?65cret?=",
                "=?utf-8?q?s=?= =?utf-8?q?6?= =?utf-8?q?5cret?=",
                "=?iso-8859-1?q?s=?= =?utf-8?q?65cret?=",
                "=?utf-8?q?s=?= =?utf-8?b?65cret?=",
                "=?utf-8?b?=?utf-8?b?c2VjcmV0?=",
                "=?utf-8?q?=?utf-8?b?c2VjcmV0?=",
                "=?utf-8?b?x=?y=?utf-8?q?secret?=",
                "=?utf-8?b?=?utf-8?b?=?utf-8?b?c2VjcmV0?=",
                "=?utf-8?b?=?utf-8?q?s=?= =?utf-8?q?65cret?=",
                "=?not a charset!?q?x?=?utf-8?b?c2VjcmV0?=",
                "=?utf-8?q?my secret?=",
                "=?utf-8?q?what? secret?=",
                "\"=?utf-8?q?secret?=\"",
                "my=?utf-8?q?sec?=ret",
                "=?utf-8*en?q?secret?=",
                "=?\"utf-8\"?q?secret?=",
                "=?utf8?q?secret?=",
                "=??q?secret?=",
                "=?utf-7?q?+AHM-ecret?=",
                "=?UTF-7?Q?+AHMAZQBjAHIAZQB0-?=",
                "=?unicode-1-1-utf-7?B?K0FITUFaUUJqQUhJQVpRQjAt?=",
                "=?utf-7-imap?q?&AHM-ecret?=",
                "=?utf-7?q?&AHMAZQBjAHIAZQB0-?=",
                // GMime leaves out what is malformed.
                "=?utf-7?q?+A'HM-ecret?=",
                "=?utf-7?b?K0EnSE0tZWNyZXQ=?=",
                "=?utf-7-imap?q?&A'HM-ecret?=",
                "=?utf-16be?B?AHMAZQBjAHIAZQB0?=",
                "=?utf-16?B?cwBlAGMAcgBlAHQA?=",
                "=?utf-16le?B?cwBlAGMAcgBlAHQA?=",
                "=?ibm037?B?ooWDmYWj?=",
                "=?x-nobody-knows?q?secret?=",
                "=?x-nobody-knows?B?c2VjcmV0?=",
                "s\u00ADecret",
                "se\u200Bcret",
                "=?utf-8?q?se=E2=80=8Bcret?=",
                "=?utf-8?q?=FFsecret?=",
                "=?utf-8?q?conf?=i =?utf-8?q?dential?=",
                "=?iso-8859-1?q?verschlüsselt?="
            })
    void anEncodedWordIsNoWayPastARule(String subject) {
        assertThat(rule(subject)).isEqualTo("demand");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "verschlüsselt",
                "verschlu\u0308sselt",
                "=?utf-8?Q?verschl=C3?= =?utf-8?Q?=BCsselt?=",
                "=?utf-8?Q?verschl=C3?= =?utf-8?B?vHNzZWx0?=",
                "=?iso-8859-1?q?verschl=FCsselt?=",
                "=?windows-1252?q?verschl=fcsselt?=",
                "=?cp1252?q?verschl=fcsselt?=",
                "=?win-1252?q?verschl=fcsselt?=",
                "=?latin1?q?verschl=fcsselt?=",
                "=?iso8859_15?q?verschl=fcsselt?=",
                "=?us-ascii?q?verschl=C3=BCsselt?=",
                "=?us-ascii?q?verschl=FCsselt?=",
                "=?utf-8?q?verschl=FCsselt?=",
                "=?utf-7?q?verschl+APw-sselt?=",
                "=?unknown-8bit?q?verschl=FCsselt?="
            })
    void norAreOtherCharsets(String subject) {
        assertThat(rule(subject)).isEqualTo("umlaut");
    }

    @Test
    void norIsTextWithoutAnyEncoding() {
        byte[] mixed = "verschlüsselt".getBytes(StandardCharsets.UTF_8);
        assertThat(rule(new String(mixed, StandardCharsets.ISO_8859_1) + " \u00ff"))
                .isEqualTo("umlaut");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "top secrecy",
                "top\tsecrecy",
                "top \n secrecy",
                "top\u00A0secrecy",
                "=?utf-8?q?top_?= =?utf-8?q?secrecy?="
            })
    void whiteSpaceIsOneBlank(String subject) {
        assertThat(rule(subject)).isEqualTo("blanks");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[public] offer | rest",
                "=?utf-8?q?=5Bpublic=5D_offer?= | rest",
                "=?utf-8?q?=5Bpublic=5D_f=C3=BCr?= | rest",
                "=?utf-7?q?[public] offer?= | demand",
                "=?utf-7?q?+AFs-public] offer?= | demand",
                "=?utf-7?q?[public] f+APw-r 1 +- 2?= | demand",
                "=?utf-7?q?[public] +A'FM-ale?= | demand",
                "=?utf-8?q?[public]?= =?x-nobody-knows?q?offer?= | demand",
                "=?utf-8?B?W3B1YmxpY10=eA?= | demand",
                "=?utf-8?q?[public=?= =?utf-8?q?5D?= | demand",
                "=?utf-8?q?[public]?= =?utf-8?q?100=?= | demand",
                "=?utf-8?q?[public=?utf-8?q?]?= | demand",
                "offer | except"
            })
    void anExceptionHoldsOnlyWhereEveryProgramShowsIt(String subject, String rule) {
        assertThat(rule(subject)).isEqualTo(rule);
    }

    @Test
    void ofTwoSubjectsBothMustBeExcepted() {
        assertThat(rule("[public] a", "[public] b")).isEqualTo("rest");
        assertThat(rule("[public] a", "b")).isEqualTo("except");
    }

    @Test
    void whatNobodyCanReadIsSaid() {
        Ruling ruling = ruling("=?x-nobody-knows?q?=01=02?=");
        assertThat(ruling.explanation().rule()).isEqualTo("demand");
        assertThat(ruling.explanation().steps())
                .startsWith("how mail programs show field subject cannot be told:"
                        + " rules that demand encryption, refuse or redirect match it, and no unless does");
        assertThat(ruling("hello").explanation().steps()).noneMatch(step -> step.contains("cannot be told"));
    }

    @Test
    void readingsAreFew() {
        String long1 = "=?utf-7?B?YQ==YQ=?= ".repeat(5_000);
        assertThat(new FieldReader().read(long1).isComplete()).isFalse();
        assertThat(new FieldReader().read(long1).texts()).hasSizeLessThan(5);
        assertThat(new FieldReader().read("=?utf-8?q?".repeat(20_000)).texts()).hasSizeLessThan(5);
        assertThat(new FieldReader()
                        .read("=?utf-8?q?=?utf-8?b?YQ=a?= =?utf-8?q?=?= ".repeat(90))
                        .texts())
                .hasSizeLessThan(600);
        assertThat(new FieldReader().read("=?utf-8?q?f=C3=BCr?= uns").texts()).containsExactly("für uns");
    }

    /** Without the limit, sorting so many marks takes minutes. */
    @Test
    void marksWithoutEndTakeNoLongTime() {
        String marks = "\u0315\u0300".repeat(100_000);

        assertThat(rule("secret a" + marks)).isEqualTo("demand");
        assertThat(rule("a" + marks + " secret")).isEqualTo("demand");
        assertThat(rule("verschlu\u0308sselt a" + marks.substring(0, 60_000))).isEqualTo("umlaut");
    }

    private static String rule(String... subjects) {
        return ruling(subjects).explanation().rule();
    }

    private static Ruling ruling(String... subjects) {
        Mail mail = Mail.ours("alice@example.com", "bob@out.example").header("subject", subjects);
        return RULES.decide(mail.facts(), new FakeDirectory(YES, YES));
    }
}
