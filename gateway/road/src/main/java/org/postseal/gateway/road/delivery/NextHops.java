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
import org.postseal.gateway.smtp.client.OpenedPassage;
import org.postseal.gateway.smtp.client.OutgoingEnvelope;

/**
 * Makes one next hop of all: each unit goes to the next hop that its envelope names. It is as thread-safe as they are.
 */
public final class NextHops implements NextHop {
    private final Map<String, NextHop> byName;

    /** @param byName the next hops by name; closing this closes them */
    public NextHops(Map<String, NextHop> byName) {
        this.byName = Map.copyOf(byName);
    }

    /**
     * Opens a client for each configured next hop.
     *
     * @param hostName our name, said in EHLO
     * @throws IOException if a trust file cannot be read; then no client is left open
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
    public OpenedPassage forOpened(Way way, boolean needsSmtpUtf8) {
        NextHop hop = byName.get(way.hop());
        return hop == null
                ? new OpenedPassage.Barred("not opened: no next hop " + way.hop())
                : hop.forOpened(way, needsSmtpUtf8);
    }

    @Override
    public void close() {
        byName.values().forEach(NextHop::close);
    }
}
