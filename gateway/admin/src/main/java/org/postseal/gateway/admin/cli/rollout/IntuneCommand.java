package org.postseal.gateway.admin.cli.rollout;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.key.Pkcs12Profile;
import org.postseal.gateway.admin.cli.support.Csv;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.rollout.IntuneImport;
import org.postseal.gateway.admin.rollout.RolloutFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "intune",
        description = "Write the keys of users for Intune's imported PFX certificates,"
                + " with the script that imports them, into a new folder.",
        footer = {
            "",
            "The script uses Microsoft's module IntunePfxImport on the machine of the certificate connector,"
                    + " and asks for the password, which is one for",
            "all files of the folder. users.csv is a list for people."
                    + " Intune keeps one purpose for each certificate, so one for both is imported to decrypt.",
            "",
            "  postseal client intune alice@example.com bob@example.com --history --out intune"
        })
final class IntuneCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(
            arity = "1..*",
            paramLabel = "ADDRESS",
            description = "addresses of the users, by which they sign in; change the script if they do not")
    private List<MailAddress> addresses = new ArrayList<>();

    @Mixin
    private NewFolder folder = new NewFolder();

    @Option(
            names = "--profile",
            paramLabel = "modern|compatible",
            description = "form of the keys; default: compatible, which every device reads")
    private Pkcs12Profile profile = Pkcs12Profile.COMPATIBLE;

    @Mixin
    private KeyOptions options = new KeyOptions();

    IntuneCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        folder.demandPossible();
        KeyHandover handover = KeyHandover.begin(store, options, folder.path());
        KeyHandover.Chosen chosen =
                handover.choose(addresses.stream().distinct().toList(), Optional.empty());
        IntuneImport made = IntuneImport.of(chosen.users(), handover.password(), profile);
        List<RolloutFile> files = new ArrayList<>(made.files());
        files.add(new RolloutFile("users.csv", list(made.rows()).getBytes(StandardCharsets.UTF_8), false));
        handover.finish(chosen.users(), "PKCS #12 for Intune", folder.path(), () -> folder.write(files));
        store.out()
                .println("wrote " + KeyHandover.count(chosen.users()) + " to " + folder.path() + ", with import.ps1");
        return ExitCode.OK;
    }

    private static String list(List<IntuneImport.Row> rows) {
        StringBuilder list =
                new StringBuilder(Csv.row(List.of("User", "File", "Thumbprint", "Purpose", "Valid until")));
        rows.forEach(row ->
                list.append(Csv.row(List.of(row.user(), row.file(), row.thumbprint(), row.purpose(), row.lastDay()))));
        return list.toString();
    }
}
