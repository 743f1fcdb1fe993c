package org.postseal.gateway.console;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.assembly.Checked;
import org.postseal.gateway.assembly.PolicyFile;
import org.postseal.policy.RuleSet;
import org.postseal.policy.yaml.Problem;

/** The policy as its file says now, compiled once for each content. Thread-safe. */
final class PolicyInView {
    private final Path file;
    private volatile Optional<Compiled> last = Optional.empty();

    PolicyInView(Path file) {
        this.file = file;
    }

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
}
