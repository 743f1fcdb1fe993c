package org.postseal.gateway.smtp.server;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names the commands that mean something here; they are compared as whole words. */
enum Verb {
    EHLO,
    HELO,
    LHLO,
    MAIL,
    RCPT,
    DATA,
    RSET,
    NOOP,
    QUIT,
    STARTTLS,
    AUTH,
    XFORWARD,
    XCLIENT,
    VRFY,
    HELP,
    /** It is not offered, and is known because message data follows it. */
    BDAT;

    private static final Map<String, Verb> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Verb::name, Function.identity()));

    /**
     * Finds a command.
     *
     * @param word in upper case
     */
    static Optional<Verb> of(String word) {
        return Optional.ofNullable(BY_NAME.get(word));
    }
}
