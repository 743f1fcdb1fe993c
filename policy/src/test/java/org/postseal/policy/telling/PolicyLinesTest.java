package org.postseal.policy.telling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.postseal.policy.telling.PolicyLines.Excerpt;

class PolicyLinesTest {
    private static final String POLICY = """
            # ours
            version: 1
            internal: [example.com]
            mailboxPolicies:
              default:
                RequireSignedSMIMEMessages: true   # since the audit

              # for the board
              board: { extends: default, appliesTo: [ann@example.com] }
            rules:
              - id: bank
                when: { recipientDomain: [bank.example] }
                # no way around it
                then: { encrypt: required }

              # the rest
              - { id: rest, when: always, then: mailboxPolicy }

            # in the end
            groups:
              some: [bob@example.com]
            """;

    @Test
    void aRuleIsFoundWithItsLinesAndWithoutWhatBelongsToTheNext() {
        PolicyLines lines = PolicyLines.of(POLICY);
        assertThat(lines.rule("bank"))
                .contains(new Excerpt(
                        11,
                        List.of(
                                "  - id: bank",
                                "    when: { recipientDomain: [bank.example] }",
                                "    # no way around it",
                                "    then: { encrypt: required }")));
        assertThat(lines.rule("rest"))
                .contains(new Excerpt(
                        16, List.of("  # the rest", "  - { id: rest, when: always, then: mailboxPolicy }")));
        assertThat(lines.rule("some")).isEmpty();
        assertThat(lines.rule("")).isEmpty();
    }

    @Test
    void soIsAMailboxPolicy() {
        PolicyLines lines = PolicyLines.of(POLICY);
        assertThat(lines.mailboxPolicy("default"))
                .contains(new Excerpt(
                        5, List.of("  default:", "    RequireSignedSMIMEMessages: true   # since the audit")));
        assertThat(lines.mailboxPolicy("board"))
                .contains(new Excerpt(
                        8,
                        List.of("  # for the board", "  board: { extends: default, appliesTo: [ann@example.com] }")));
        assertThat(lines.mailboxPolicy("some")).isEmpty();
    }

    @Test
    void whatStandsOnOneLineIsThatLine() {
        String line = "rules: [{ id: a, when: always }, { id: b, then: reject }]";
        PolicyLines lines = PolicyLines.of(line);
        assertThat(lines.rule("a")).contains(new Excerpt(1, List.of(line)));
        assertThat(lines.rule("b")).contains(new Excerpt(1, List.of(line)));
    }

    @Test
    void ofWhatIsNoPolicyNothingIsFound() {
        for (String text :
                List.of("", "rules: [", "rules: always", "- a", "rules: { id: a }", "rules: [a, [b]]", "a: &x")) {
            PolicyLines lines = PolicyLines.of(text);
            assertThat(lines.rule("a")).as(text).isEmpty();
            assertThat(lines.mailboxPolicy("a")).as(text).isEmpty();
            assertThat(lines.whole()).isEqualTo(new Excerpt(1, text.lines().toList()));
        }
        assertThat(PolicyLines.of("mailboxPolicies: always").mailboxPolicy("a")).isEmpty();
    }

    @Test
    void aTextThatThisVersionRefusesIsShownToo() {
        assertThat(PolicyLines.of("version: 9\nrules:\n  - id: a\n    whenever: x\n  - id: b\n")
                        .rule("a"))
                .contains(new Excerpt(3, List.of("  - id: a", "    whenever: x")));
    }
}
