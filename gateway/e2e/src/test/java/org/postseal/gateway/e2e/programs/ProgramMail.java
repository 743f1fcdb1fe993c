package org.postseal.gateway.e2e.programs;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.postseal.gateway.testkit.SmimeMail;

/**
 * A message as the gateway has delivered it.
 *
 * @param record what the audit log says of it
 */
record ProgramMail(ProgramCase of, SmimeMail arrived, Map<?, ?> record) {
    /** Returns what the gateway claims, in the words of its audit log. */
    String claim() {
        if (of.isOutbound()) {
            return word("postseal.left").replace('_', ' ');
        }
        String signature = word("postseal.signature").replaceFirst(" (\\w+)", " (`$1`)");
        boolean isOpened = word("postseal.protection").startsWith("opened");
        return signature + parts() + (isOpened ? ", opened" : isEncrypted() || isAttached() ? ", closed" : "");
    }

    /** Returns the verdicts on signed parts below the root, each with its number. */
    private String parts() {
        return record.get("postseal.signed_parts") instanceof List<?> parts
                ? parts.stream()
                        .map(part -> "; part " + String.valueOf(part).replaceFirst(";.*", ""))
                        .collect(Collectors.joining())
                : "";
    }

    /** Tells whether the gateway says that the author has signed it. */
    boolean isSigned() {
        return of.isOutbound()
                ? word("postseal.left").contains("signed")
                : word("postseal.signature").equals("valid");
    }

    /** Tells whether its reader gets a ciphertext. */
    boolean isEncrypted() {
        return arrived.kind().contains("nveloped");
    }

    /** Tells whether a ciphertext that could not be believed is attached to a message. */
    private boolean isAttached() {
        return word("postseal.left").equals("attached");
    }

    private String word(String field) {
        return String.valueOf(record.get(field));
    }
}
