package org.postseal.gateway.admin.cli.audit;

import static org.postseal.gateway.admin.cli.audit.EvidenceReadme.filled;

import java.util.Collection;

/** The part of the page of an evidence bundle that is about the policy. Its commands hold nothing but hexadecimal digits. */
final class PolicySection {
    private PolicySection() {}

    static String of(UsedPolicies policies) {
        StringBuilder page = new StringBuilder(HEAD);
        policies.found().keySet().forEach(sha256 -> page.append(filled(POLICY, UsedPolicies.name(sha256), sha256)));
        list("Named by a record, but its text is not kept:", policies.missing(), page);
        list(
                "Named by a record, but somebody has CHANGED what is kept: its SHA-256 is another one. It is not here:",
                policies.changed(),
                page);
        list(
                "Named by a record, and kept beside the log, but whoever made this folder could not read it there:",
                policies.unreadable().keySet(),
                page);
        if (policies.count() == 0) {
            page.append("\nNone is here.\n");
        }
        return page.toString();
    }

    private static void list(String title, Collection<String> hashes, StringBuilder page) {
        if (!hashes.isEmpty()) {
            page.append("\n").append(title).append("\n\n");
            hashes.forEach(sha256 -> page.append("- ").append(sha256).append("\n"));
        }
    }

    private static final String HEAD = """

            ## 5. Which policy decided?

            Records name the policy that was in force by the SHA-256 of its file (`postseal.policy.sha256`; `postseal.shadow.sha256` is of one that was only tried beside it), and in it the rule that
            decided (`rule.id`, which is the `id` of one of its `rules`). The command says `FILE: OK` when the file is the policy of that SHA-256, octet by octet.
            """;

    private static final String POLICY = """

            ```sh
            echo "{2}  {1}" | sha256sum -c
            ```
            """;
}
