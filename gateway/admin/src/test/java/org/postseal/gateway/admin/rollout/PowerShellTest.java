package org.postseal.gateway.admin.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowerShellTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "plain",
                "",
                "O'Brien",
                "'; Remove-Mailbox *; '",
                "\u2019; Remove-Mailbox *; \u2018",
                "a\u201A\u201Bb''c",
                "$(Remove-Mailbox) $env:PATH `n \"x\" \u201Cy\u201D",
                "#no comment <# #>",
                "@'",
                "'@",
                "\u5bc6 \ud83d\udd12",
                "back`tick\\"
            })
    void aValueStaysOneString(String value) {
        PowerShellTokens tokens = new PowerShellTokens(PowerShell.file(to -> {
            to.writeUserContent(PowerShell.settings(Map.of("Comment", value)));
            JteensureGenerated.render(to, null, noun -> noun.writeContent("OutboundConnector"), value);
        }));
        assertThat(tokens.strings()).hasSize(4).containsOnly(value);
        assertThat(tokens.code()).doesNotContain("Remove");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "d'arc@example.com",
                "\"'; Remove-Mailbox *; '\"@example.com",
                "\"\u2019) }; Remove-Mailbox *; {(\u2018\"@example.com",
                "\"$(Remove-Mailbox)`\"\"@example.com"
            })
    void noRecipientBreaksOut(String address) {
        byte[] certificate = {0x30, 0};
        PowerShellTokens tokens = new PowerShellTokens(RecipientScript.of(List.of(new RecipientScript.Recipient(
                address, address + "\nRemove-Mailbox *", List.of(certificate), Optional.of(List.of(certificate))))));
        assertThat(tokens.strings()).filteredOn(address::equals).hasSize(6);
        assertThat(tokens.code()).doesNotContain("Remove");
    }

    @Test
    void aRecipientHasOneToFifteenCertificates() {
        assertThatThrownBy(() -> new RecipientScript.Recipient("a@b.c", "", List.of(), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RecipientScript.Recipient(
                        "a@b.c", "", Collections.nCopies(16, new byte[] {0x30, 0}), Optional.empty()))
                .hasMessage("1 to 15 certificates of a recipient, not 16");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\rb", "a\u0085b", "\0", "\u007f"})
    void aValueOfSeveralLinesIsRefused(String value) {
        assertThatThrownBy(() -> PowerShell.literal(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(value);
    }

    @Test
    void aCommentEndsNowhere() {
        byte[] file = PowerShell.file(to -> {
            to.writeContent("# ");
            to.writeUserContent(PowerShell.comment("one\nRemove-Mailbox *\r\u0085Remove-X\u2028y"));
            to.writeContent("\n");
        });
        assertThat(new PowerShellTokens(file).code()).isEqualTo("\r\n".repeat(3));
    }

    @Test
    void scriptsAreAsWindowsReadsThem() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("Enabled", true);
        settings.put("Priority", 3);
        String text = new String(PowerShell.file(to -> JtesmimeconfigGenerated.render(to, null, settings)), UTF_8);
        assertThat(text)
                .startsWith("\uFEFF# S/MIME in Outlook")
                .endsWith("\r\n$settings = @{\r\n    Enabled  = $true\r\n    Priority = 3\r\n}\r\nSet-SmimeConfig"
                        + " @settings -ErrorAction Stop\r\n");
    }

    /** A template has no means to show a value other than as a literal. */
    @Test
    void everyKindOfValueIsALiteral() {
        byte[] file = PowerShell.file(to -> {
            to.writeUserContent("a b");
            to.writeUserContent(true);
            to.writeUserContent(Integer.valueOf(5));
            to.writeUserContent('c');
            to.writeUserContent(BrowserPolicy.Browser.EDGE);
        });
        assertThat(new String(file, UTF_8)).isEqualTo("\uFEFF'a b'$true5'c''EDGE'");
        assertThatThrownBy(() -> PowerShell.file(to -> to.writeUnsafeContent("Remove-Mailbox *")))
                .isInstanceOf(IllegalStateException.class);
    }
}
