package org.postseal.gateway.admin.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Browser;
import org.postseal.gateway.testkit.Requirements;

/** Tests that a real Chromium takes the policy that we generate. It leaves a picture in {@code target/rollout}. */
class BrowserPolicyIT {
    /** The folder where Debian's Chromium looks for policies. */
    private static final Path MANAGED = Path.of("/etc/chromium/policies/managed");

    private static final String ROW = """
            const texts = [];
            const look = node => {
                for (const each of node.childNodes) {
                    if (each.nodeType === Node.TEXT_NODE) texts.push(each.data);
                    if (each.shadowRoot) look(each.shadowRoot);
                    look(each);
                }
            };
            look(document.body);
            const all = texts.join(' ').replace(/\\s+/g, ' ');
            const from = all.indexOf('ExtensionInstallForcelist');
            return from < 0 ? '' : all.slice(from, all.indexOf(' Value ', from));
            """;

    @Test
    void chromiumShowsIt() throws IOException {
        Requirements.programs("chromium", "chromedriver");
        Requirements.root("a managed policy belongs to root");
        Files.createDirectories(MANAGED);
        Path file = MANAGED.resolve("postseal-test-" + ProcessHandle.current().pid() + ".json");
        Path pictures = Files.createDirectories(Path.of("target", "rollout"));
        Files.write(file, BrowserPolicy.of(BrowserPolicy.Browser.CHROME, BrowserPolicy.Format.JSON, 1));
        try (Browser browser = new Browser()) {
            browser.show(1200, 800, false);
            browser.open("chrome://policy");
            Await.until(() -> !browser.text(ROW).isEmpty(), () -> "no row of the policy");
            browser.picture(pictures.resolve("chromium-policy.png"));
            assertThat(browser.text(ROW).strip())
                    .isEqualTo("ExtensionInstallForcelist ["
                            + "\"maafgiompdekodanheihhgilkjchcakm;https://outlook.office.com/owa/SmimeCrxUpdate.ashx\"]"
                            + " Platform Machine Mandatory OK");
        } finally {
            Files.delete(file);
        }
    }
}
