package org.postseal.gateway.app.assembly;

import java.time.Instant;
import java.util.Optional;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.policy.deciding.RuleSet;

/**
 * Describes the policies in force in a running gateway, and the results of reading them last, as monitoring shows them.
 *
 * @param sha256 the SHA-256 of the policy in force
 * @param loadedAt since when it is in force
 * @param isObserved true if the gateway relays everything as it came, whatever the policy decides
 * @param problems the number of errors in the policy file as last read; 0 if that file is in force
 * @param shadowSha256 the SHA-256 of the shadow policy
 * @param shadowProblems the number of errors in the shadow policy's file as last read
 * @param reloads how reloads of one of the two went since the start
 */
public record PolicyState(
        String sha256,
        Instant loadedAt,
        boolean isObserved,
        int problems,
        Optional<String> shadowSha256,
        int shadowProblems,
        Reloads reloads) {
    /**
     * How reloads went.
     *
     * @param succeeded how often a policy was put in force
     * @param failed how often a reload was refused or failed
     * @param lastFailureAt when that was last; stays when a later reload succeeds
     */
    public record Reloads(long succeeded, long failed, Optional<Instant> lastFailureAt) {
        static final Reloads NONE = new Reloads(0, 0, Optional.empty());

        private Reloads andOne() {
            return new Reloads(succeeded + 1, failed, lastFailureAt);
        }

        private Reloads andFailure(Instant time) {
            return new Reloads(succeeded, failed + 1, Optional.of(time));
        }
    }

    /** Returns the state with which a gateway begins. */
    static PolicyState started(Setup setup, Instant now) {
        return new PolicyState(
                setup.rules().sha256(),
                now,
                setup.config().mode() == GatewayConfig.Mode.OBSERVE,
                0,
                setup.shadowRules().map(RuleSet::sha256),
                setup.shadow()
                        .filter(reading -> !reading.file().isMissing())
                        .map(reading -> reading.checked().errors())
                        .orElse(0),
                Reloads.NONE);
    }

    PolicyState loaded(String sha256, Instant time) {
        return new PolicyState(sha256, time, isObserved, 0, shadowSha256, shadowProblems, reloads.andOne());
    }

    PolicyState refused(int errors, Instant time) {
        return new PolicyState(
                sha256, loadedAt, isObserved, errors, shadowSha256, shadowProblems, reloads.andFailure(time));
    }

    /** Returns the same state when what was refused last is not wanted any more. */
    PolicyState withoutProblems() {
        return new PolicyState(sha256, loadedAt, isObserved, 0, shadowSha256, shadowProblems, reloads);
    }

    PolicyState shadowLoaded(Optional<String> sha256OfShadow) {
        return new PolicyState(sha256, loadedAt, isObserved, problems, sha256OfShadow, 0, reloads.andOne());
    }

    PolicyState shadowRefused(int errors, Instant time) {
        return new PolicyState(sha256, loadedAt, isObserved, problems, shadowSha256, errors, reloads.andFailure(time));
    }
}
