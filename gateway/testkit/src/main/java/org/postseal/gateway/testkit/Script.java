package org.postseal.gateway.testkit;

import java.util.Optional;

/** What a {@link ScriptedNextHop} does at each point of the dialogue. It may be asked by several connections at once. */
@FunctionalInterface
public interface Script {
    /** Empty: the polite answer. */
    public Optional<Action> at(Moment moment);

    /** A point of the dialogue; the script is asked before the reply is given. */
    enum Stage {
        GREETING,
        /** LHLO over LMTP. */
        EHLO,
        STARTTLS,
        /** Before the last reply. */
        AUTH,
        XFORWARD,
        MAIL,
        RCPT,
        DATA,
        /** After the first octets of the content. */
        CONTENT,
        /** After the final dot; over LMTP once for each accepted recipient. */
        DOT,
        RSET,
        QUIT
    }

    /**
     * Where the dialogue is.
     *
     * @param stage before the reply to this
     * @param connection from 1
     * @param count how often this connection has been at this stage, this time included
     * @param line the command; at {@code DOT} over LMTP the RCPT command of the recipient whose reply is due
     * @param message at {@code DOT}: what came
     */
    public record Moment(Stage stage, int connection, int count, String line, Optional<Received> message) {
        /** The address in the command, empty when it has none. */
        public String address() {
            return Received.address(line);
        }
    }

    /** Polite throughout. */
    public static Script polite() {
        return _ -> Optional.empty();
    }

    /** The action whenever this stage is reached. */
    public static Script at(Stage stage, Action action) {
        return moment -> moment.stage() == stage ? Optional.of(action) : Optional.empty();
    }

    /** The action when this command is given. */
    public static Script onLine(String prefix, Action action) {
        return moment -> moment.line().startsWith(prefix) ? Optional.of(action) : Optional.empty();
    }

    /** This, else the other. */
    default Script or(Script other) {
        return moment -> at(moment).or(() -> other.at(moment));
    }
}
