package org.postseal.gateway.admin.page;

import gg.jte.html.HtmlTemplateOutput;
import gg.jte.output.StringOutput;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.audit.record.VisibleText;

/**
 * Renders a template as a page of HTML. Every value in it is escaped by {@link VisibleText#inHtml}, which is right for
 * text and for a quoted attribute; a template that puts a value anywhere else is refused.
 */
public final class HtmlPage extends StringOutput implements HtmlTemplateOutput {
    private HtmlPage() {}

    public static String of(Consumer<HtmlTemplateOutput> template) {
        HtmlPage page = new HtmlPage();
        template.accept(page);
        return page.toString();
    }

    @Override
    public void setContext(String tag, @Nullable String attribute) {
        if (CODE.contains(tag) || (attribute != null && !ATTRIBUTES.contains(attribute))) {
            throw new IllegalStateException("no value may stand in " + tag + " " + attribute);
        }
    }

    @Override
    public void writeUserContent(String value) {
        writeContent(VisibleText.inHtml(value));
    }

    @Override
    public void writeUnsafeContent(String value) {
        throw new IllegalStateException("a page escapes every value");
    }

    private static final Set<String> CODE = Set.of("script", "style");
    private static final Set<String> ATTRIBUTES = Set.of("aria-labelledby", "class", "id");
}
