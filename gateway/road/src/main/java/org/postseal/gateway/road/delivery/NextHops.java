package org.postseal.gateway.road.delivery;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.Way;
import org.postseal.gateway.config.NextHopsConfig;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.client.ClientSettings;
import org.postseal.gateway.smtp.client.NettyNextHop;
import org.postseal.gateway.smtp.client.NextHop;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;

/** All next hops as one: a unit goes to the one that its envelope names. Thread-safe as they are. */
public final class NextHops implements NextHop {
    private final Map<String, NextHop> byName;

    /** Of these, which are closed with it. */
    public NextHops(Map<String, NextHop> byName) {
        this.byName = Map.copyOf(byName);
    }

    /**
     * The clients of all that are configured.
     *
     * @param hostName ours, said in EHLO
     * @throws IOException when a trust file cannot be read; then none is left open
     */
    public static NextHops open(NextHopsConfig config, String hostName) throws IOException {
        Map<String, NextHop> opened = new LinkedHashMap<>();
        try {
            for (NextHopConfig hop : config.hops()) {
                opened.put(hop.name(), new NettyNextHop(ClientSettings.of(hop, hostName)));
            }
        } catch (IOException | RuntimeException failed) {
            opened.values().forEach(NextHop::close);
            throw failed;
        }
        return new NextHops(opened);
    }

    @Override
    public List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing) {
        return send(unit, envelope, allOrNothing, Acceptance.unheard());
    }

    @Override
    public List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing, Acceptance acceptance) {
        NextHop hop = byName.get(envelope.way().hop());
        if (hop == null) {
            throw new IllegalArgumentException("no next hop " + envelope.way().hop());
        }
        return hop.send(unit, envelope, allOrNothing, acceptance);
    }

    @Override
    public boolean mayTakeOpened(Way way) {
        NextHop hop = byName.get(way.hop());
        return hop != null && hop.mayTakeOpened(way);
    }

    @Override
    public void close() {
        byName.values().forEach(NextHop::close);
    }
}
