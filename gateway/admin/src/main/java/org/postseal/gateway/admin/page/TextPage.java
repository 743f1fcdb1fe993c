package org.postseal.gateway.admin.page;

import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import java.util.function.Consumer;
import org.postseal.gateway.audit.record.VisibleText;

/** Renders a template as plain text. A value in it cannot end its line or drive a terminal. */
public final class TextPage extends StringOutput {
    private TextPage() {}

    public static String of(Consumer<TemplateOutput> template) {
        TextPage page = new TextPage();
        template.accept(page);
        return page.toString();
    }

    @Override
    public void writeUserContent(String value) {
        writeContent(VisibleText.of(value));
    }

    @Override
    public void writeUnsafeContent(String value) {
        throw new IllegalStateException("a text escapes every value");
    }
}
