package org.postseal.gateway.admin.cli.rollout;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.Pkcs12Profile;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.rollout.ClientKeys;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pkcs12",
        description = "Write the keys that a user signs and decrypts with to a PKCS #12 file under a new password.",
        footer = {
            "",
            "modern: AES-256 and SHA-256."
                    + " compatible: 3DES and SHA-1, for Apple's keychains, Android, and Windows before Server 2019.",
            "The password is shown once, on the terminal. The file has the issuers, but not the root.",
            "Exit code: 65 if the user has no key that may be used now and can be exported.",
            "",
            "  postseal client pkcs12 alice@example.com -o alice.p12",
            "  postseal client pkcs12 alice@example.com --profile compatible"
                    + " --history -o alice.p12 --password-out alice.password"
        })
final class ClientPkcs12Command implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "ADDRESS", description = "address of the user")
    private MailAddress address = MailAddress.of("nobody@invalid");

    @Mixin
    private Options.KeyFile output = new Options.KeyFile();

    @Option(names = "--profile", paramLabel = "modern|compatible", description = "form of the file; default: modern")
    private Pkcs12Profile profile = Pkcs12Profile.MODERN;

    @Mixin
    private KeyOptions options = new KeyOptions();

    ClientPkcs12Command(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        output.demandPossible();
        KeyHandover handover = KeyHandover.begin(store, options, output.file());
        List<ClientKeys> users =
                handover.choose(List.of(address), Optional.empty()).users();
        byte[] octets = users.getFirst().pkcs12(handover.password(), profile);
        String kind = "PKCS #12, " + profile.name().toLowerCase(Locale.ROOT);
        handover.finish(users, kind, output.file(), () -> output.write(octets));
        store.out().println("wrote " + KeyHandover.count(users) + " to " + output.file());
        return ExitCode.OK;
    }
}
