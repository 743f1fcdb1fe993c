package org.postseal.gateway.app.assembly;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.files.FileGuard;
import org.postseal.certstore.remote.ldap.LdapSettings;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.GatewayConfig.Listener;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.mail.Peer.Role;
import org.postseal.gateway.road.pipeline.PolicyTerm;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.settings.Partners;
import org.postseal.policy.yaml.Problem;

/**
 * Holds a policy file as it was read once, with the result.
 *
 * @param file the content of the file at that time
 * @param checked the policy in it, and its problems
 * @param term for how long the policy may decide
 */
public record PolicyReading(PolicyFile file, Checked<RuleSet> checked, PolicyTerm term) {
    /** A policy of the gateway's own. */
    PolicyReading(PolicyFile file, Checked<RuleSet> checked) {
        this(file, checked, PolicyTerm.OPEN);
    }

    /**
     * Reads and compiles a policy with the parts of this assembly.
     *
     * @param config the configuration under which the policy is to take effect, if it can be read
     */
    static PolicyReading of(Assembly assembly, PolicyFile file, Optional<GatewayConfig> config) {
        Checked<RuleSet> checked = assembly.policy(file);
        List<Problem> found = new ArrayList<>(checked.problems());
        checked.value().ifPresent(rules -> config.ifPresent(gateway -> found.addAll(problems(file, rules, gateway))));
        Checked<RuleSet> both = new Checked<>(checked.value(), found);
        return new PolicyReading(file, both.errors() == 0 ? both : new Checked<>(Optional.empty(), found));
    }

    PolicyReading within(PolicyTerm limit) {
        return new PolicyReading(file, checked, limit);
    }

    /** Returns the same reading, but refuses it because of these further problems. */
    PolicyReading refused(List<Problem> more) {
        List<Problem> problems = new ArrayList<>(checked.problems());
        problems.addAll(more);
        return new PolicyReading(file, new Checked<>(Optional.empty(), problems), term);
    }

    /**
     * Returns the same reading, but refuses it if everybody on the machine can change the file. Between two reads of
     * the configuration, nothing else checks that.
     */
    PolicyReading guarded() {
        List<Problem> open = new FileGuard()
                .look(file.path(), FileGuard.Use.RULE).stream()
                        .filter(FileGuard.Finding::isRefused)
                        .map(finding -> Problem.error(file.path().toString(), 0, "", finding.text()))
                        .toList();
        return open.isEmpty() ? this : refused(open);
    }

    /**
     * Finds what the configuration contradicts: groups whose directory server is not configured, since they would defer
     * all mail that their rules may match, and trust in results that the gateway removes as forged or never hears.
     */
    private static List<Problem> problems(PolicyFile file, RuleSet rules, GatewayConfig gateway) {
        List<String> names =
                gateway.directory().ldap().stream().map(LdapSettings::name).toList();
        List<Problem> problems = new ArrayList<>();
        rules.directoryGroups().forEach((group, at) -> {
            if (!names.contains(at.server())) {
                problems.add(Problem.error(
                        file.path().toString(),
                        rules.lineOfGroup(group),
                        "groups." + group + ".server",
                        "directory.ldap of the configuration has no " + at.server()));
            }
        });
        Partners.Trusted trusted = rules.trustedServers();
        if (trusted.ids().stream().anyMatch(gateway.authservId()::equalsIgnoreCase)) {
            problems.add(Problem.error(
                    file.path().toString(),
                    trusted.line(),
                    "trustedAuthservIds",
                    gateway.authservId() + " is the gateway's own authservId: fields with it are removed as forged"));
        } else if (!trusted.ids().isEmpty()) {
            unheard(gateway)
                    .map(why -> Problem.warning(file.path().toString(), trusted.line(), "trustedAuthservIds", why))
                    .ifPresent(problems::add);
        }
        return problems;
    }

    /**
     * Says why results of DMARC never count: they are heard in mail from outside alone. A listener for both directions
     * hears them where XFORWARD says so, which only the mail server's own configuration tells.
     */
    private static Optional<String> unheard(GatewayConfig gateway) {
        if (gateway.trustedPeers().isEmpty()) {
            return Optional.of("never count: trustedPeers is empty, and nobody else may hand them over");
        }
        return gateway.listeners().stream()
                        .map(Listener::role)
                        .noneMatch(role -> role == Role.INBOUND || role == Role.BOTH)
                ? Optional.of("never count: no listener takes mail from outside, and they are heard in no other")
                : Optional.empty();
    }
}
