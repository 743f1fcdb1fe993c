package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import gg.jte.html.HtmlTemplateOutput;
import gg.jte.html.OwaspHtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.util.Map;
import java.util.function.Consumer;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.console.http.Page;

/**
 * Makes pages from templates. Every value that a template shows is escaped for its place. Characters that cannot be
 * seen, or that turn the direction of text, are written as escapes.
 */
final class Renderer {
    private Renderer() {}

    static Page page(int status, Consumer<HtmlTemplateOutput> template) {
        StringOutput text = new StringOutput(16 << 10);
        template.accept(new VisibleOutput(text));
        return new Page(status, "text/html; charset=utf-8", text.toString().getBytes(UTF_8));
    }

    /**
     * Holds the header fields that tell a browser with every answer: nothing runs, nothing is loaded from elsewhere, no
     * page is shown in a frame, and no link tells where it was clicked. The HTTP listener itself says that nothing is
     * to be stored.
     */
    static final Map<String, String> FIELDS = Map.of(
            "content-security-policy",
            "default-src 'none'; style-src 'self'; img-src 'self';"
                    + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            "x-frame-options",
            "DENY",
            "referrer-policy",
            "no-referrer",
            "cross-origin-opener-policy",
            "same-origin",
            "cross-origin-resource-policy",
            "same-origin",
            "permissions-policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()");

    private static final class VisibleOutput extends OwaspHtmlTemplateOutput {
        VisibleOutput(StringOutput text) {
            super(text);
        }

        @Override
        public void writeUserContent(String value) {
            super.writeUserContent(VisibleText.of(value));
        }
    }
}
