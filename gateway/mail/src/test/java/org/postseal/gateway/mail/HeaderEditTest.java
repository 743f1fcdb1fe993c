package org.postseal.gateway.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.header.EncodedWords;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.outcome.HeaderChange.Add;
import org.postseal.policy.outcome.HeaderChange.Remove;
import org.postseal.policy.outcome.HeaderChange.TagSubject;

/** Checks what is done to a header section, octet for octet. */
class HeaderEditTest {
    private static final List<String> OURS = List.of("[BAD]", "[ok]");

    static Stream<Arguments> changes() {
        return Stream.of(
                Arguments.of("A: 1\nb:  2\n 3\n", List.of(), "A: 1\nb:  2\n 3\n"),
                Arguments.of("A: 1\nB: 2\n", List.of(new Remove("x")), "A: 1\nB: 2\n"),
                Arguments.of("A: 1\nX: y\n z\nB: 2\nx:3\n", List.of(new Remove("x")), "A: 1\nB: 2\n"),
                Arguments.of("A: 1\n", List.of(new Add("X-Mine", "yes")), "X-Mine: yes\nA: 1\n"),
                Arguments.of(
                        "X-Mine: forged\nA: 1\n",
                        List.of(new Remove("x-mine"), new Add("X-Mine", "yes")),
                        "X-Mine: yes\nA: 1\n"),
                Arguments.of(
                        "A: 1\nSubject: A  plan\n\tfolded\n", tag("[ok]"), "Subject: [ok] A  plan\n\tfolded\nA: 1\n"),
                Arguments.of("subject:plan\n", tag("[ok]"), "subject: [ok] plan\n"),
                Arguments.of("Subject:\n", tag("[ok]"), "Subject: [ok] \n"),
                Arguments.of("A: 1\n", tag("[ok]"), "Subject: [ok]\nA: 1\n"),
                Arguments.of("A: 1\n", tag(""), "A: 1\n"),
                Arguments.of("Subject:  as it  came\n", tag(""), "Subject:  as it  came\n"),
                Arguments.of("A: 1\nSubject: plan\nB: 2\n", tag(""), "A: 1\nSubject: plan\nB: 2\n"),
                // The sender must not write a tag by which only the gateway speaks
                Arguments.of("Subject: [OK] plan\n", tag(""), "Subject: plan\n"),
                Arguments.of("Subject: Re: [ok] plan\n", tag("[ok]"), "Subject: [ok] Re: plan\n"),
                Arguments.of("Subject: =?utf-7?q?+AFs-ok]?= plan\n", tag(""), "Subject: plan\n"),
                Arguments.of("Subject: x=?utf-8?B?W29rXQ=?= plan\n", tag(""), "Subject: x plan\n"),
                Arguments.of("Subject: [o[BAD]k] plan\n", tag("[BAD]"), "Subject: [BAD] plan\n"),
                Arguments.of(
                        "Subject: " + "[o".repeat(300) + "k]".repeat(300) + " plan\n",
                        tag("[BAD]"),
                        "Subject: [BAD] plan\n"),
                Arguments.of(
                        "Subject: =?utf-8?q?[ok]_plan=0D=0ABcc:_eve@out.example?=\n",
                        tag("[BAD]"),
                        "Subject: =?UTF-8?B?W0JBRF0gcGxhbiAgQmNjOiBldmVAb3V0LmV4YW1wbGU=?=\n"),
                Arguments.of("Subject: =?utf-8?q?=5Bok=5D_plan?=\n", tag("[BAD]"), "Subject: [BAD] plan\n"),
                Arguments.of(
                        "Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\n",
                        tag("[ok]"),
                        "Subject: [ok] =?utf-8?q?gr=C3=BC=C3=9Fe?=\n"),
                Arguments.of("A: 1\nSubject: [Secure]  plan\nB: 2\n", untag(), "Subject: plan\nA: 1\nB: 2\n"),
                Arguments.of("A: 1\nSubject:  a  plan\nB: 2\n", untag(), "A: 1\nSubject:  a  plan\nB: 2\n"),
                Arguments.of(
                        "Subject: =?utf-8?q?=5Bsecure=5D_gr=C3=BC=C3=9Fe?=\n",
                        untag(),
                        "Subject: =?UTF-8?B?Z3LDvMOfZQ==?=\n"),
                Arguments.of("Subject: [secure]\n", untag(), "Subject:\n"),
                Arguments.of(
                        "Subject: [secure] one\nA: 1\nSubject:  two\n", untag(), "Subject: one\nSubject:  two\nA: 1\n"),
                Arguments.of("Subject: a\n =?utf-8?q?b_[SECURE]?=\n [s]\n", untag(), "Subject: a b\n"),
                Arguments.of("Subject: [[s]secure] plan [secure]\n", untag(), "Subject: plan\n"),
                // What another program may read there is no reason to take a Subject away from its sender.
                Arguments.of("A: 1\nSubject: plan  =?utf-8?q?x\n", untag(), "A: 1\nSubject: plan  =?utf-8?q?x\n"),
                Arguments.of("Subject\n : [secure] plan\nA: 1\n", untag(), "Subject\n : [secure] plan\nA: 1\n"),
                Arguments.of(
                        "A: 1\nSubject: " + "a  b".repeat(20_000) + "\n",
                        untag(),
                        "A: 1\nSubject: " + "a  b".repeat(20_000) + "\n"),
                // Some programs read these names too.
                Arguments.of("X-Mine\n : forged\nA: 1\n\fx-mine: forged\n", List.of(new Remove("X-Mine")), "A: 1\n"),
                Arguments.of("Subject\n : [ok] plan\nSubject: lunch\n", tag(""), "Subject: lunch\n"),
                Arguments.of("\fSubject: =?utf-8?q?=5Bok=5D?=\n", tag("[BAD]"), "Subject: [BAD]\n"),
                Arguments.of("Subject\n : plan\n", tag(""), "Subject\n : plan\n"),
                Arguments.of(
                        "Subject: one\nSubject: [ok] two\n", tag("[BAD]"), "Subject: [BAD] one\nSubject: [BAD] two\n"));
    }

    /** So much malformed text is not decoded, since that would cost too much. Only its plain reading is left. */
    @Test
    void ofMuchMalformedTextOnlyThePlainReadingIsLeft() throws Exception {
        String odd = "Subject: =?utf-8?B?W29rXQ=A?= =?x?b?!?=" + " plan".repeat(60) + "\n";
        String spent = "Subject: " + "=?utf-8?q?a b?= ".repeat(20) + "c\n";

        HeaderBlock few = edited(odd, tag("[BAD]"));
        HeaderBlock many = edited(spent.repeat(250) + odd, tag("[BAD]"));

        assertThat(few.fields()).hasSize(1);
        assertThat(few.fields().getFirst().unfolded()).startsWith("[BAD] ").doesNotContain("[ok]", "=?");
        assertThat(many.fields()).hasSize(251);
        assertThat(many.fields().getFirst().unfolded()).contains("=?utf-8?q?a b?=");
        assertThat(many.fields().subList(200, 251))
                .allSatisfy(field ->
                        assertThat(field.unfolded()).startsWith("[BAD] ").doesNotContain("=?"));
    }

    /** Another reading of what is left may hold a tag too, when the first one has been taken out. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "[ok] [o\u200Bk] plan",
                "[BAD] [o\u00ADk] plan",
                "[o\u200Bk] plan =?utf-8?q?x",
                "[ok] =?utf-8?q?[o=E2=80=8Bk]_plan?=",
                "[ok] [[ok]o\u200B[ok]k] plan",
                "[ok] \uFF3Bok\uFF3D [o\u200Bk] plan",
                "[ok] =?utf-8?B?W29rXQ=A?= [o\u200Bk] plan",
                "\u202B[k\u200Fo]\u202C plan",
                "[ok] \u202E[ko]\u202C plan",
                "[o[o\u200B\uFF3Bok]k]k] [ok] plan"
            })
    void noReadingOfWhatIsLeftHoldsATag(String subject) throws Exception {
        String octets = new String(("Subject: " + subject + "\n").getBytes(UTF_8), StandardCharsets.ISO_8859_1);

        HeaderField field = edited(octets, tag("[BAD]")).fields().getFirst();

        assertThat(EncodedWords.decode(field.unfolded()).strip())
                .startsWith("[BAD] ")
                .contains("plan");
        assertThat(EncodedWords.readings(field.unfolded(), 4_096).texts())
                .allSatisfy(text -> assertThat(text.strip().substring(5)).doesNotContain("[ok]", "[BAD]"));
    }

    @Test
    void ofATagWithinATagNothingIsLeft() throws Exception {
        String subject = "[ok]";
        for (int i = 0; i < 20; i++) {
            subject = "[o" + Character.toString(i % 2 == 0 ? 0x200B : 0xAD) + subject + "k]";
        }
        String octets = new String(("Subject: " + subject + "\n").getBytes(UTF_8), StandardCharsets.ISO_8859_1);

        assertThat(edited(octets, tag("[BAD]")).fields().getFirst().unfolded().strip())
                .isEqualTo("[BAD]");
    }

    @Test
    void ofALongSubjectOnlyTheTagIsTakenOff() throws Exception {
        String plan = " plan".repeat(15_000);

        HeaderBlock edited = edited("Subject: [secure]" + plan + "\n", untag());

        assertThat(edited.fields()).hasSize(1);
        assertThat(edited.fields().getFirst().unfolded()).isEqualTo(plan.strip());
    }

    private static HeaderBlock edited(String header, List<HeaderChange> changes) throws Exception {
        return HeaderEdit.apply(
                HeaderBlock.read(RawMessage.of(octets(header + "\n")), Budget.standard())
                        .orElseThrow(),
                changes);
    }

    private static List<HeaderChange> untag() {
        return List.of(new HeaderChange.UntagSubject(List.of("[secure]", "[s]")));
    }

    private static List<HeaderChange> tag(String tag) {
        return List.of(new TagSubject(tag, OURS));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void changesWholeFieldsAndNothingElse(String header, List<HeaderChange> changes, String expected) throws Exception {
        String body = "\n body [ok]\nSubject: none\n";

        RawMessage changed = HeaderEdit.apply(RawMessage.of(octets(header + body)), changes);

        assertThat(new String(changed.toByteArray(), StandardCharsets.ISO_8859_1))
                .isEqualTo((expected + body).replace("\n", "\r\n"));
    }

    private static byte[] octets(String text) {
        return text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
