package org.postseal.gateway.testkit;

import java.util.Optional;

/**
 * Decides what a {@link ScriptedNextHop} does at each point of the dialogue. Several connections may ask it at once.
 */
@FunctionalInterface
public interface Script {
    /** Returns what to do; the result is empty for the polite answer. */
    public Optional<Action> at(Moment moment);

    /** Names a point of the dialogue. The script is asked before the reply is given. */
    enum Stage {
        GREETING,
        /** The command is LHLO over LMTP. */
        EHLO,
        STARTTLS,
        /** The point lies before the last reply to AUTH. */
        AUTH,
        XFORWARD,
        MAIL,
        RCPT,
        DATA,
        /** The point lies after the first octets of the content. */
        CONTENT,
        /** The point lies after the final dot; over LMTP it comes once for each accepted recipient. */
        DOT,
        RSET,
        QUIT
    }

    /**
     * Describes a moment of the dialogue.
     *
     * @param stage the point whose reply is due
     * @param connection the number of the connection, from 1
     * @param count how often this connection has been at this stage, including this time
     * @param line the command; at {@code DOT} over LMTP the RCPT command of the recipient whose reply is due
     * @param message the message that came; only at {@code DOT}
     */
    public record Moment(Stage stage, int connection, int count, String line, Optional<Received> message) {
        /** Returns the address in the command; the text is empty if it has none. */
        public String address() {
            return Received.address(line);
        }
    }

    /** Returns a script that is polite throughout. */
    public static Script polite() {
        return _ -> Optional.empty();
    }

    /** Returns a script that takes the action whenever this stage is reached. */
    public static Script at(Stage stage, Action action) {
        return moment -> moment.stage() == stage ? Optional.of(action) : Optional.empty();
    }

    /** Returns a script that takes the action when this command is given. */
    public static Script onLine(String prefix, Action action) {
        return moment -> moment.line().startsWith(prefix) ? Optional.of(action) : Optional.empty();
    }

    /** Returns a script that asks this script first, and then the other. */
    default Script or(Script other) {
        return moment -> at(moment).or(() -> other.at(moment));
    }
}
