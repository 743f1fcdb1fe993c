package org.postseal.gateway.road.journal;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.postseal.gateway.audit.ledger.Frame;

/**
 * Writes bodies of the ledger's frames about suspects, and reads them. A TURN is the key of a message on its way, and
 * the sequences of turns that have ended. SUSPECTS are the number of suspects, then key, time, deaths and hangs of each
 * of them, then key, sequence of the turn and state of each message on its way.
 */
final class SuspectFormat {
    private SuspectFormat() {}

    /** A message that is on its way. */
    record OnItsWay(SuspectKey key, State state) {}

    enum State {
        GOING,
        /** The message hangs by its own fault. */
        HUNG,
        /** The message hangs by somebody else's fault, as at a token. */
        HELD
    }

    static byte[] turn(SuspectKey key, List<Long> ended) {
        ByteBuffer body = ByteBuffer.allocate(SuspectKey.OCTETS + ended.size() * Long.BYTES)
                .put(key.octets());
        ended.forEach(body::putLong);
        return body.array();
    }

    /** Takes a message that set out, and removes those that had ended by then. */
    static void readTurn(Frame turn, Map<Long, OnItsWay> onTheirWay) {
        ByteBuffer body = ByteBuffer.wrap(turn.body());
        onTheirWay.put(turn.sequence(), new OnItsWay(key(body), State.GOING));
        while (body.hasRemaining()) {
            onTheirWay.remove(body.getLong());
        }
    }

    static byte[] all(Collection<Suspect> suspects, Map<Long, OnItsWay> onTheirWay) {
        ByteBuffer body = ByteBuffer.allocate(Integer.BYTES + (suspects.size() + onTheirWay.size()) * ENTRY)
                .putInt(suspects.size());
        suspects.forEach(suspect -> body.put(suspect.key().octets())
                .putLong(suspect.last().toEpochMilli())
                .putInt(suspect.deaths())
                .putInt(suspect.hangs()));
        onTheirWay.forEach((turn, message) -> body.put(message.key().octets())
                .putLong(turn)
                .putInt(STATES.indexOf(message.state()))
                .putInt(0));
        return body.array();
    }

    static void readAll(Frame all, Map<SuspectKey, Suspect> suspects, Map<Long, OnItsWay> onTheirWay) {
        ByteBuffer body = ByteBuffer.wrap(all.body());
        for (int left = body.getInt(); body.hasRemaining(); left--) {
            SuspectKey key = key(body);
            long number = body.getLong();
            int deathsOrState = body.getInt();
            int hangs = body.getInt();
            if (left > 0) {
                suspects.put(key, new Suspect(key, deathsOrState, hangs, Instant.ofEpochMilli(number)));
            } else {
                onTheirWay.put(number, new OnItsWay(key, STATES.get(deathsOrState)));
            }
        }
    }

    private static SuspectKey key(ByteBuffer body) {
        byte[] octets = new byte[SuspectKey.OCTETS];
        body.get(octets);
        return SuspectKey.of(octets);
    }

    /** The number of a state is its place in this list. */
    private static final List<State> STATES = List.of(State.GOING, State.HUNG, State.HELD);

    private static final int ENTRY = SuspectKey.OCTETS + Long.BYTES + 2 * Integer.BYTES;
}
