package org.postseal.gateway.admin.cli.rollout;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.admin.rollout.OutlookMobile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "outlook-mobile",
        description = "Write the S/MIME settings of Outlook for iOS and Android,"
                + " as keys of a managed app configuration, to standard output.",
        footer = {"", "  postseal client outlook-mobile --sign --ldap ldaps://ldap.example.com > outlook-mobile.json"})
final class OutlookMobileCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--sign", description = "sign all mail")
    private boolean signsAll;

    @Option(names = "--encrypt", description = "encrypt all mail")
    private boolean encryptsAll;

    @Option(names = "--locked", description = "do not let the user change this")
    private boolean isLocked;

    @Option(
            names = "--ldap",
            paramLabel = "ldaps://HOST[:PORT]",
            description = "where Outlook looks for certificates; it asks without a login")
    private @Nullable String ldap;

    OutlookMobileCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try {
            console.out()
                    .println(JsonText.of(
                            OutlookMobile.settings(signsAll, encryptsAll, !isLocked, Optional.ofNullable(ldap))));
        } catch (IllegalArgumentException wrong) {
            throw new WrongUse("--ldap: " + wrong.getMessage());
        }
        return ExitCode.OK;
    }
}
