package org.postseal.gateway.admin.cli.ca;

import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.authority.Intermediate;
import org.postseal.certstore.authority.RootList;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Words;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "revoke-intermediate",
        description = "Revoke an intermediate in the root's list, and with it every certificate that it has issued.",
        footer = {
            "",
            "It cannot be brought back. For an intermediate that is revoked already,"
                    + " a new list with its first reason is signed and stored, in case that failed before.",
            "If it is the newest one, make the next one and issue its certificates anew: 'ca renew-intermediate',"
                    + " 'ca issue --missing'.",
            "",
            "  postseal ca revoke-intermediate 1 --root-key /media/safe/root.key --reason caCompromise"
        })
final class CaRevokeIntermediateCommand implements Callable<Integer> {
    private final CaAccess access;

    @Parameters(
            paramLabel = "NUMBER",
            description = "number of the intermediate, as 'ca status' shows it; 1 is the first")
    private int number;

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(names = "--root-key", required = true, paramLabel = "FILE", description = "the root's key")
    private Path rootKey = Path.of("");

    @Mixin
    private CaAccess.RootPassphrase rootPassphrase = new CaAccess.RootPassphrase();

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "REASON",
            converter = ReasonWord.class,
            description = ReasonWord.WORDS)
    private RevocationReason reason = RevocationReason.UNSPECIFIED;

    @Mixin
    private Options.Note note = new Options.Note();

    CaRevokeIntermediateCommand(CaAccess access) {
        this.access = access;
    }

    static final class ReasonWord implements ITypeConverter<RevocationReason> {
        static final String WORDS = "caCompromise, superseded, cessationOfOperation";

        @Override
        public RevocationReason convert(String text) {
            return ALL.convert(text);
        }

        static final Words<RevocationReason> ALL = Words.of(RootList.REASONS, CaRevokeCommand.ReasonWord::word);
    }

    @Override
    public Integer call() {
        StoreAccess store = access.store();
        try (CaFolder opened = access.open(folder)) {
            if (number < 1 || number > opened.intermediates().size()) {
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        "there is no intermediate " + number,
                        "numbers are 1 to " + opened.intermediates().size());
            }
            Intermediate meant = opened.intermediates().get(number - 1);
            long lost = opened.index().entries().stream()
                    .filter(each -> each.issuer() == number && each.isUsable(store.now()))
                    .count();
            boolean wasRevoked = CaAccess.tried(opened::revokedIntermediates).contains(meant);
            Instant end =
                    new RootSigning(access, opened, rootKey, rootPassphrase.file()).revoke(meant, reason, note.text());
            store.out()
                    .println((wasRevoked ? "was revoked before: " : "revoked ") + "intermediate " + number
                            + ", and with it "
                            + Options.count(lost, "valid certificate"));
            store.out().println("signed " + opened.publicFile(CaSettings.ROOT_LIST) + ", until " + end);
        }
        return ExitCode.OK;
    }
}
