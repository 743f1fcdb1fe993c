package org.postseal.gateway.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A new configuration for a running gateway. Some keys take effect at once, and the others wait for the next start.
 *
 * @param running the configuration in force
 * @param written the configuration that the file holds now
 */
public record ConfigChange(GatewayConfig running, GatewayConfig written) {
    /**
     * Returns the configuration that can be in force without a restart. It has the new values of the keys that take
     * effect at once, and the running values of the others.
     */
    public GatewayConfig inForce() {
        return new GatewayConfig(
                written.hostName(),
                written.authservId(),
                written.listeners(),
                written.trustedPeers(),
                written.upstreams(),
                written.recipients(),
                written.nextHops(),
                running.mode(),
                running.policy(),
                running.storeDirectory(),
                running.crypto(),
                running.directory(),
                running.audit(),
                running.journal(),
                running.fleet(),
                written.loops(),
                written.held(),
                // The commands read this each time
                written.enrolment(),
                running.metrics(),
                // The console is another process, which reads this when it starts
                written.console(),
                written.limits());
    }

    /** Returns the changed keys that take effect at once. */
    public List<String> atOnce() {
        return changed(AT_ONCE);
    }

    /** Returns the changed keys that wait for the next start. */
    public List<String> fromNextStart() {
        return changed(FROM_NEXT_START);
    }

    /**
     * Returns the names of upstreams that are new, are gone, or mean other peers now. What such a peer sent before may
     * be unknown to the journal when it comes again.
     */
    public List<String> renamed() {
        return Stream.concat(running.upstreams().stream(), written.upstreams().stream())
                .filter(upstream -> !running.upstreams().contains(upstream)
                        || !written.upstreams().contains(upstream))
                .map(UpstreamConfig::name)
                .distinct()
                .toList();
    }

    private List<String> changed(Map<String, Function<GatewayConfig, Object>> keys) {
        return keys.entrySet().stream()
                .filter(key ->
                        !key.getValue().apply(running).equals(key.getValue().apply(written)))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static final Map<String, Function<GatewayConfig, Object>> AT_ONCE = new LinkedHashMap<>();
    private static final Map<String, Function<GatewayConfig, Object>> FROM_NEXT_START = new LinkedHashMap<>();

    static {
        AT_ONCE.put("hostName", GatewayConfig::hostName);
        AT_ONCE.put("authservId", GatewayConfig::authservId);
        AT_ONCE.put("listeners", GatewayConfig::listeners);
        AT_ONCE.put("trustedPeers", GatewayConfig::trustedPeers);
        AT_ONCE.put("upstreams", GatewayConfig::upstreams);
        AT_ONCE.put("recipients", GatewayConfig::recipients);
        AT_ONCE.put("next hops and routes", GatewayConfig::nextHops);
        AT_ONCE.put("loops", GatewayConfig::loops);
        AT_ONCE.put("held", GatewayConfig::held);
        AT_ONCE.put("limits", GatewayConfig::limits);
        FROM_NEXT_START.put("mode", GatewayConfig::mode);
        FROM_NEXT_START.put("policy", GatewayConfig::policy);
        FROM_NEXT_START.put("store", GatewayConfig::storeDirectory);
        FROM_NEXT_START.put("crypto", GatewayConfig::crypto);
        FROM_NEXT_START.put("directory, trust or revocation", GatewayConfig::directory);
        // The section audit.timestamp is for the command `audit stamp`, which reads the file each time
        FROM_NEXT_START.put("audit", config -> config.audit().withoutTimestamp());
        FROM_NEXT_START.put("journal", GatewayConfig::journal);
        FROM_NEXT_START.put("fleet", GatewayConfig::fleet);
        FROM_NEXT_START.put("metrics", GatewayConfig::metrics);
    }
}
