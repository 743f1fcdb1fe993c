package org.postseal.gateway.admin.rollout;

import gg.jte.TemplateOutput;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * One file of a rollout folder.
 *
 * @param name the file name, without a folder
 * @param isSecret whether only the owner may read the file
 */
public record RolloutFile(String name, byte[] octets, boolean isSecret) {
    /** Makes a file that everybody may read. */
    static RolloutFile of(String name, byte[] octets) {
        return new RolloutFile(name, octets, false);
    }

    /** Makes a file of text in UTF-8 that everybody may read. */
    static RolloutFile of(String name, String text) {
        return of(name, text.getBytes(StandardCharsets.UTF_8));
    }

    static RolloutFile script(String name, Consumer<TemplateOutput> template) {
        return of(name, PowerShell.file(template));
    }
}
