package org.postseal.policy.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.policy.deciding.FakeDirectory.YES;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.deciding.FakeDirectory;
import org.postseal.policy.deciding.Mail;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.people.DomainSet;

/** Tests that little malformed text is read in more than one way, however much of it a message has. */
class FieldReaderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "=?gbk?b?A?= =?gbk?q?=e?=\u00e9 ",
                "=?utf-7?b?K0FER?= =?iso-2022-jp?q?=1b$B!=?= \u00e9",
                "=?utf-8?b?=?utf-8?q?s=?= =?utf-8?q?65cret?=",
                "=??q?=?=",
                "=?x-nobody?b?c2VjcmV0?="
            })
    void aMessageHasOneMeasureForAllItsFields(String words) {
        FieldReader reader = new FieldReader();
        List<EncodedWords.Readings> all = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            all.add(reader.read(i + words.repeat(4_000 / words.length())));
            all.add(reader.read(i + words));
        }

        assertThat(all.stream().mapToInt(EncodedWords.Readings::tried).sum())
                .isPositive()
                .isLessThanOrEqualTo(4_096);
        assertThat(all.getLast().isCut()).isTrue();
        assertThat(all.getLast().texts()).hasSizeLessThan(7);
    }

    @Test
    void aLongFieldTakesNothingFromAShortOne() {
        FieldReader reader = new FieldReader();

        assertThat(reader.read("=?utf-7?q?+AHM-ecret?= ".repeat(1_000)).isCut()).isTrue();
        assertThat(reader.read("=?utf-7?q?+AHM-ecret?=").texts()).contains("secret");
    }

    /** Patterns look no further. */
    @Test
    void ofALongTextNobodyCanSayWhatItHolds() {
        assertThat(new FieldReader().read(".".repeat(SafePattern.LONGEST_TEXT)).isCut())
                .isFalse();
        assertThat(new FieldReader()
                        .read(".".repeat(SafePattern.LONGEST_TEXT) + "x")
                        .isCut())
                .isTrue();
    }

    @Test
    void wellFormedAndPlainTextIsReadToItsEnd() {
        FieldReader reader = new FieldReader();
        for (int i = 0; i < 250; i++) {
            assertThat(reader.read("=?utf-8?q?gr=C3=BCn?= ".repeat(200)).isComplete())
                    .isTrue();
            assertThat(reader.read("grün ".repeat(800)).isComplete()).isTrue();
        }
    }

    /** A message has many recipients, and a policy has many rules. */
    @Test
    void theFieldsOfAMessageAreReadOnce() {
        Facts first = Mail.theirs("bob@out.example", "alice@example.com")
                .header("subject", "=?utf-7?q?+AHM-ecret?=")
                .facts();
        Facts second = Mail.theirs("bob@out.example", "alan@example.com").facts();
        Facts same = new Facts(first.peer(), first.message(), second.existing(), second.recipient(), true);
        FakeDirectory directory = new FakeDirectory(YES, YES);

        assertThat(new Asked(same, new DomainSet(), directory).fields("subject"))
                .isSameAs(new Asked(first, new DomainSet(), directory).fields("subject"));
        assertThat(Headers.of(first.headers())).isSameAs(first.headers());
    }

    @Test
    void theFieldsThatAreAskedForFirstTakeFromTheOthers() {
        Headers headers = Headers.of(Map.of(
                "x-first", Collections.nCopies(250, "=?utf-7?q?+AHM-ecret?= ".repeat(40)),
                "subject", List.of("=?utf-7?q?+AHM-ecret?= ".repeat(40))));

        assertThat(headers.readings("x-first")).hasSize(250);
        assertThat(headers.readings("subject"))
                .extracting(FieldReadings::isComplete)
                .containsExactly(false);
    }
}
