package org.postseal.policy.exchange;

import java.util.Map;
import java.util.Optional;

/**
 * Writes a mailbox policy as an EASProvisionDoc (MS-ASPROV §2.2.2.28). It holds only codes, so nothing in it needs an
 * escape.
 */
final class ProvisionDocumentWriter {
    private ProvisionDocumentWriter() {}

    static String of(Map<String, Object> policy) {
        StringBuilder text = new StringBuilder(
                "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<EASProvisionDoc xmlns=\"Provision\">\n");
        for (MobileParameter parameter : MobileParameter.values()) {
            Optional.ofNullable(policy.get(parameter.word()))
                    .flatMap(value -> parameter.code(value.toString()))
                    .ifPresent(code -> text.append("  <")
                            .append(parameter.word())
                            .append('>')
                            .append(code)
                            .append("</")
                            .append(parameter.word())
                            .append(">\n"));
        }
        return text.append("</EASProvisionDoc>\n").toString();
    }
}
