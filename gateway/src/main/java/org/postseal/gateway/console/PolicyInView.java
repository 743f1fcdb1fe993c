package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.gateway.assembly.Checked;
import org.postseal.gateway.assembly.PolicyFile;
import org.postseal.gateway.audit.AuditLine;
import org.postseal.gateway.audit.KeptPolicy;
import org.postseal.policy.PolicyLines;
import org.postseal.policy.PolicyLines.Excerpt;
import org.postseal.policy.RuleSet;
import org.postseal.policy.yaml.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The policy as its file says now, compiled once for each content, and those of then, whose texts are kept beside the log. Thread-safe. */
final class PolicyInView {
    private final Path file;
    private final Path kept;
    private volatile Optional<Compiled> last = Optional.empty();
    private volatile Optional<Then> lastOfThen = Optional.empty();

    /** @param kept the folder with the evidence of the log */
    PolicyInView(Path file, Path kept) {
        this.file = file;
        this.kept = kept;
    }

    /** Where the rules stand in a text that records name. */
    private record Then(String sha256, PolicyLines lines) {}

    /** Rules, or what is wrong with them; warnings beside rules. */
    record Compiled(Optional<String> sha256, Optional<RuleSet> rules, List<Problem> problems) {}

    Compiled now() {
        PolicyFile read = PolicyFile.read(file);
        Optional<Compiled> known = last.filter(
                compiled -> compiled.sha256().isPresent() && compiled.sha256().equals(read.sha256()));
        if (known.isPresent()) {
            return known.get();
        }
        Checked<RuleSet> checked = read.compile();
        Compiled compiled = new Compiled(read.sha256(), checked.value(), checked.problems());
        last = Optional.of(compiled);
        return compiled;
    }

    Path file() {
        return file;
    }

    /**
     * The text of a policy that records name.
     *
     * @throws IOException when it is there and cannot be read
     */
    KeptPolicy then(String sha256) throws IOException {
        return KeptPolicy.read(kept, sha256);
    }

    /** The lines of the rule, and of the mailbox policy that gave settings last, of the policy that the record names, with their numbers; none where they cannot be shown. */
    List<String> decided(AuditLine record) {
        Optional<PolicyLines> lines = record.first(SHA256).flatMap(this::lines);
        Optional<Excerpt> rule = lines.flatMap(all -> record.first("rule.id").flatMap(all::rule));
        Optional<Excerpt> mailbox =
                lines.flatMap(all -> record.first("postseal.mailbox_policy").flatMap(all::mailboxPolicy));
        return Stream.concat(rule.stream(), mailbox.stream())
                .flatMap(excerpt -> excerpt.numbered().stream())
                .toList();
    }

    private Optional<PolicyLines> lines(String sha256) {
        Optional<Then> known = lastOfThen.filter(then -> then.sha256().equals(sha256));
        if (known.isPresent()) {
            return known.map(Then::lines);
        }
        try {
            if (then(sha256) instanceof KeptPolicy.Kept found) {
                Then read = new Then(sha256, PolicyLines.of(found.text()));
                lastOfThen = Optional.of(read);
                return Optional.of(read.lines());
            }
        } catch (IOException e) {
            LOG.info("{}", e.toString());
        }
        return Optional.empty();
    }

    static final String SHA256 = "postseal.policy.sha256";
    private static final Logger LOG = LoggerFactory.getLogger(PolicyInView.class);
}
