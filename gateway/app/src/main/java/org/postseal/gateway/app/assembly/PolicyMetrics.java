package org.postseal.gateway.app.assembly;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.postseal.gateway.app.metrics.Families;
import org.postseal.gateway.app.metrics.Families.Point;

/** Shows figures about the policies in force and about reading them. All figures are from the same moment. */
record PolicyMetrics(Supplier<PolicyState> states) implements MultiCollector {
    @Override
    public MetricSnapshots collect() {
        PolicyState state = states.get();
        return new Families()
                .info("postseal_policy_info", "The policy in force.", sha256(Optional.of(state.sha256())))
                .gauge(
                        "postseal_policy_loaded_timestamp_seconds",
                        "The time since which the policy is in force.",
                        new Point(seconds(state.loadedAt())))
                .gauge(
                        "postseal_policy_observed",
                        "1 when nothing is enforced: every message is relayed as it came.",
                        Point.of(state.isObserved()))
                .gauge(
                        "postseal_policy_broken",
                        "1 when a reload was refused or failed last:"
                                + " the policy in force is an older one than its file.",
                        Point.of(state.problems() > 0))
                .gauge(
                        "postseal_policy_problems",
                        "Errors of the policy file as last read; file, line and key of each are in the log.",
                        new Point(state.problems()))
                .info("postseal_shadow_policy_info", "The policy that decides in shadow.", sha256(state.shadowSha256()))
                .gauge(
                        "postseal_shadow_policy_broken",
                        "1 when the file of the shadow policy cannot be used.",
                        Point.of(state.shadowProblems() > 0))
                .gauge(
                        "postseal_shadow_policy_problems",
                        "Errors of the file of the shadow policy as last read.",
                        new Point(state.shadowProblems()))
                .counter(
                        "postseal_policy_reloads_total",
                        "Policies, those in shadow too, put in force since the start (success),"
                                + " and refused or failed (failure).",
                        new Point(state.reloads().succeeded(), "result", "success"),
                        new Point(state.reloads().failed(), "result", "failure"))
                .gauge(
                        "postseal_policy_last_failure_timestamp_seconds",
                        "When a reload was last refused or failed; 0 when none ever was.",
                        new Point(state.reloads()
                                .lastFailureAt()
                                .map(PolicyMetrics::seconds)
                                .orElse(0.0)))
                .build();
    }

    private static List<String[]> sha256(Optional<String> hash) {
        return hash.stream().map(hex -> new String[] {"sha256", hex}).toList();
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1e3;
    }
}
