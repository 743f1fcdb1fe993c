package org.postseal.gateway.admin.cli.rollout;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.rollout.PolicyScripts;
import org.postseal.policy.exchange.ExchangeExport;
import org.postseal.policy.exchange.ExchangeGaps;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "mobile-policy",
        description = "Write the S/MIME parameters of the policy in force for phones to standard output.",
        footer = {
            "",
            "powershell is a script that sets them in Exchange;"
                    + " eas-xml is what ActiveSync hands to a phone for one mailbox policy.",
            "Exit code: 65 if Microsoft's values cannot express the policy; each such setting is named.",
            "",
            "  postseal client mobile-policy --format powershell > mobile-policies.ps1"
        })
final class MobilePolicyCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--format", required = true, paramLabel = "powershell|eas-xml", description = "the format to write")
    private Format format = Format.POWERSHELL;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description = "only this mailbox policy; eas-xml takes the one named default if none is given")
    private @Nullable String policy;

    private enum Format {
        POWERSHELL,
        EAS_XML
    }

    MobilePolicyCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        Optional<String> only =
                Optional.ofNullable(policy).or(() -> Optional.of("default").filter(_ -> format == Format.EAS_XML));
        ExchangeExport.Exported exported = PolicyInExchange.export(
                shell,
                only,
                ExchangeGaps.REFUSED,
                "name one mailbox policy with --policy, or see: postseal help policy export-exchange");
        shell.out()
                .writeBytes(
                        switch (format) {
                            case POWERSHELL -> PolicyScripts.mobilePolicies(exported.objects());
                            case EAS_XML -> exported.provisionDocument().getBytes(StandardCharsets.UTF_8);
                        });
        shell.out().flush();
        return ExitCode.OK;
    }
}
