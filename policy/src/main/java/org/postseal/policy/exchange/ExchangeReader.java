package org.postseal.policy.exchange;

import java.util.List;
import org.postseal.policy.yaml.Problems;

/** Reads Exchange's output in any of its three formats; the first character tells which one it is. */
final class ExchangeReader {
    private ExchangeReader() {}

    /** Returns the objects in order. If the text cannot be read, it returns none and adds the cause to the problems. */
    static List<ExchangeObject> read(String text, Problems problems) {
        if (text.length() > LONGEST) {
            problems.error(0, "", "larger than " + LONGEST + " characters" + WITHOUT_STORE);
            return List.of();
        }
        String bare = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String start = bare.stripLeading();
        if (start.isEmpty()) {
            problems.error(0, "", "empty");
            return List.of();
        }
        return switch (start.charAt(0)) {
            case '{', '[' -> JsonObjects.read(bare, LONGEST, problems);
            case '<' -> ProvisionDocument.read(start, problems).stream().toList();
            default -> ListObjects.read(bare, problems);
        };
    }

    /**
     * An SST with the certificates of a hundred issuers is about five million characters as PowerShell 5 indents it.
     */
    static final int LONGEST = 8 << 20;

    static final String WITHOUT_STORE =
            "; leave the issuers out: Select-Object * -ExcludeProperty SMIMECertificateIssuingCA";
}
