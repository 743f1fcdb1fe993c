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
        description = "Write to standard output the policy"
                + " by which browsers install Microsoft's S/MIME extension for Outlook on the web.",
        footer = {
            "",
            "json: a file in /etc/opt/chrome/policies/managed or /etc/opt/edge/policies/managed."
                    + " reg: a file for the Registry Editor.",
            "intune: a custom setting (OMA-URI). Outlook on the web does S/MIME under Windows only.",
            "",
            "  postseal client browser-policy --browser edge --format reg > smime.reg"
        })
final class BrowserPolicyCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--browser", required = true, paramLabel = "chrome|edge", description = "the browser")
    private BrowserPolicy.Browser browser = BrowserPolicy.Browser.CHROME;

    @Option(names = "--format", required = true, paramLabel = "json|reg|intune", description = "the format to write")
    private BrowserPolicy.Format format = BrowserPolicy.Format.JSON;

    @Option(
            names = "--index",
            paramLabel = "N",
            defaultValue = "1",
            description = "number of the extension in the list of forced ones;"
                    + " an entry with this number is replaced; default: 1")
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
