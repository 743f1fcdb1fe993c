package org.postseal.gateway.admin.cli.rollout;

import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.admin.rollout.BrowserPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "browser-policy",
        description = "Have browsers install Microsoft's S/MIME extension for Outlook on the web; on standard output.",
        footer = {
            "",
            "json: a file in /etc/opt/chrome/policies/managed or /etc/opt/edge/policies/managed. reg: for Registry Editor.",
            "intune: a custom setting (OMA-URI). Outlook on the web does S/MIME under Windows only.",
            "",
            "  postseal client browser-policy --browser edge --format reg > smime.reg"
        })
final class BrowserPolicyCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--browser", required = true, paramLabel = "chrome|edge", description = "which one")
    private BrowserPolicy.Browser browser = BrowserPolicy.Browser.CHROME;

    @Option(names = "--format", required = true, paramLabel = "json|reg|intune", description = "as what")
    private BrowserPolicy.Format format = BrowserPolicy.Format.JSON;

    @Option(
            names = "--index",
            paramLabel = "N",
            defaultValue = "1",
            description = "its number in the list of forced extensions; an entry that has it is replaced; default: 1")
    private int index = 1;

    BrowserPolicyCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (index < 1 || index > 10_000) {
            throw new WrongUse("--index must be from 1 to 10000");
        }
        console.out().writeBytes(BrowserPolicy.of(browser, format, index));
        console.out().flush();
        return ExitCode.OK;
    }
}
