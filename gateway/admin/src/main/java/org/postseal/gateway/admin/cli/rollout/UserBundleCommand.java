package org.postseal.gateway.admin.cli.rollout;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.Pkcs12Profile;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.admin.rollout.MailAccount;
import org.postseal.gateway.admin.rollout.MobileConfig;
import org.postseal.gateway.admin.rollout.RolloutFile;
import org.postseal.gateway.admin.rollout.UserBundle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "bundle",
        description =
                "Write all that a user needs for mail programs into a new folder, with a page that says what to do.",
        footer = {
            "",
            "The folder holds the keys as PKCS #12 in both forms, the issuers, index.html,"
                    + " and with a mail account a profile for iPhone and iPad. Give the user the folder",
            "one way, and the password another.",
            "",
            "  postseal client bundle alice@example.com --out alice",
            "  postseal client bundle alice@example.com --exchange mail.example.com --signer it@example.com --out alice"
        })
final class UserBundleCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "ADDRESS", description = "address of the user")
    private MailAddress address = MailAddress.of("nobody@invalid");

    @Mixin
    private NewFolder folder = new NewFolder();

    @Mixin
    private AccountOptions account = new AccountOptions();

    @Mixin
    private KeyOptions options = new KeyOptions();

    UserBundleCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        folder.demandPossible();
        KeyHandover handover;
        KeyHandover.Chosen chosen;
        List<RolloutFile> files;
        try {
            Optional<MailAccount> wanted = account.account();
            handover = KeyHandover.begin(store, options, folder.path());
            chosen = handover.choose(List.of(address), account.signer());
            files = files(handover, chosen, wanted);
        } catch (IllegalArgumentException wrong) {
            throw new WrongUse(String.valueOf(wrong.getMessage()));
        }
        handover.finish(chosen.users(), "folder for the user", folder.path(), () -> folder.write(files));
        files.forEach(
                file -> store.out().println(folder.path().resolve(file.name()) + (file.isSecret() ? " (secret)" : "")));
        return ExitCode.OK;
    }

    private List<RolloutFile> files(KeyHandover handover, KeyHandover.Chosen chosen, Optional<MailAccount> wanted) {
        return UserBundle.of(
                chosen.users().getFirst(),
                handover.password(),
                wanted.map(each -> MobileConfig.of(
                                chosen.users().getFirst(),
                                each,
                                account.wishes(),
                                handover.password(),
                                Pkcs12Profile.COMPATIBLE))
                        .map(octets -> AccountOptions.signed(octets, chosen.signer(), store.now())));
    }
}
