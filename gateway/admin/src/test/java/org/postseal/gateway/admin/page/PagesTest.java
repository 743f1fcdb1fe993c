package org.postseal.gateway.admin.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PagesTest {
    @Test
    void aValueStaysTextInHtml() {
        assertThat(HtmlPage.of(to -> {
                    to.setContext("p", null);
                    to.writeUserContent("<b>\"o'brien\"\n&\u202E");
                    to.setContext("section", "id");
                    to.writeUserContent(7);
                }))
                .isEqualTo("&lt;b&gt;&quot;o&#39;brien&quot;\\u000a&amp;\\u202e7");
    }

    @ParameterizedTest
    @CsvSource({"a, href", "p, onclick", "p, style", "script,", "style,"})
    void aValueIsRefusedWhereItsEscapesWouldNotHold(String tag, String attribute) {
        assertThatThrownBy(() -> HtmlPage.of(to -> to.setContext(tag, attribute)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aValueStaysOnItsLineOfText() {
        assertThat(TextPage.of(to -> to.writeUserContent("one\ntwo\u001b[2J"))).isEqualTo("one\\u000atwo\\u001b[2J");
    }

    @Test
    void noTemplateWritesAValueAsItIs() {
        assertThatThrownBy(() -> HtmlPage.of(to -> to.writeUnsafeContent("<b>")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> TextPage.of(to -> to.writeUnsafeContent("x")))
                .isInstanceOf(IllegalStateException.class);
    }
}
