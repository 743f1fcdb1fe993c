package org.postseal.gateway.admin.cli.rollout;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.rollout.PolicyScripts;
import org.postseal.policy.exchange.ExchangeExport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "mobile-policy",
        description = "The S/MIME parameters of the policy in force for phones, on standard output.",
        footer = {
            "",
            "powershell sets them in Exchange; eas-xml is what ActiveSync hands to a phone, of one mailbox policy.",
            "Exit code: 65 when Microsoft's values cannot say the policy; each such setting is named.",
            "",
            "  postseal client mobile-policy --format powershell > mobile-policies.ps1"
        })
final class MobilePolicyCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--format", required = true, paramLabel = "powershell|eas-xml", description = "as what")
    private Format format = Format.POWERSHELL;

    @Option(names = "--policy", paramLabel = "NAME", description = "only this mailbox policy; eas-xml: default")
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
                shell, only, "name one mailbox policy with --policy, or see: postseal help policy export-exchange");
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
