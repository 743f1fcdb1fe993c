package org.postseal.gateway.admin.cli.rollout;

import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.Pkcs12Profile;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.admin.rollout.MailAccount;
import org.postseal.gateway.admin.rollout.MobileConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "mobileconfig",
        description = "Write a configuration profile for iPhone and iPad: mail account, S/MIME keys and issuers.",
        footer = {
            "",
            "The device asks for the password of the keys, which is shown once, on the terminal."
                    + " A profile that is made again replaces the one",
            "on the device. Without --signer, devices show it as not signed;"
                    + " with it, they must know the signer's root already.",
            "",
            "  postseal client mobileconfig alice@example.com --exchange outlook.office365.com"
                    + " --oauth --signer it@example.com -o alice.mobileconfig",
            "  postseal client mobileconfig alice@example.com"
                    + " --imap imap.example.com --smtp smtp.example.com -o alice.mobileconfig"
        })
final class MobileConfigCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "ADDRESS", description = "address of the user")
    private MailAddress address = MailAddress.of("nobody@invalid");

    @Mixin
    private Options.KeyFile output = new Options.KeyFile();

    @Option(
            names = "--profile",
            paramLabel = "modern|compatible",
            description = "form of the keys; default: compatible, which every device reads")
    private Pkcs12Profile profile = Pkcs12Profile.COMPATIBLE;

    @Mixin
    private AccountOptions account = new AccountOptions();

    @Mixin
    private KeyOptions options = new KeyOptions();

    MobileConfigCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        byte[] octets;
        KeyHandover handover;
        KeyHandover.Chosen chosen;
        try {
            MailAccount wanted = account.account()
                    .orElseThrow(() -> new IllegalArgumentException("give --exchange, or --imap and --smtp"));
            output.demandPossible();
            handover = KeyHandover.begin(store, options, output.file());
            chosen = handover.choose(List.of(address), account.signer());
            octets = MobileConfig.of(chosen.users().getFirst(), wanted, account.wishes(), handover.password(), profile);
        } catch (IllegalArgumentException wrong) {
            throw new WrongUse(String.valueOf(wrong.getMessage()));
        }
        byte[] signed = AccountOptions.signed(octets, chosen.signer(), store.now());
        handover.finish(chosen.users(), "configuration profile", output.file(), () -> output.write(signed));
        if (chosen.signer().isEmpty()) {
            store.warn("the profile is not signed; --signer ADDRESS signs it");
        }
        store.out().println("wrote a profile with " + KeyHandover.count(chosen.users()) + " to " + output.file());
        return ExitCode.OK;
    }
}
