package org.postseal.gateway.smtp.server;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands that mean something here; compared as whole words. */
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
    /** Not offered; known because message data follows it. */
    BDAT;

    private static final Map<String, Verb> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Verb::name, Function.identity()));

    /**
     * @param word in upper case
     */
    static Optional<Verb> of(String word) {
        return Optional.ofNullable(BY_NAME.get(word));
    }
}
