package org.postseal.gateway.admin.cli.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.admin.cli.postfix.PostfixFiles;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.FileWork;

/** Takes a setup back, as far as others depend on it. */
record Undo(Site site) {
    /** @param wanted the folder of the Postfix; empty for the one that was changed */
    void undo(Optional<Path> wanted) {
        SetupPlaces places = site.places();
        wanted.or(() -> PostfixFiles.changed(places.postfix()))
                .or(() -> PostfixFiles.named(places.unread()))
                .ifPresentOrElse(this::postfix, () -> site.say("setup has changed no Postfix"));
        if (new Service(site.machine(), places).stop()) {
            site.say(Service.UNIT + " is stopped, and does not start with the machine");
        }
        FileWork.change(places.trial() + " cannot be removed", () -> Files.deleteIfExists(places.trial()));
        site.say("nothing else is removed:");
        site.say("  configuration and authority  " + places.config().resolveSibling(""));
        site.say("  keys and certificates        " + places.database() + ", " + places.masterKey());
        site.say("  audit log                    " + places.log());
        site.say("mail that waits for the gateway still needs it: see postqueue -p");
    }

    private void postfix(Path folder) {
        PostfixSide postfix = new PostfixSide(site.machine(), Optional.of(folder), site.places());
        if (!site.machine().isWritable().test(folder.resolve("main.cf"))) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, folder + " cannot be written", "run this as root");
        }
        Optional<List<String>> left = postfix.undo();
        if (left.isEmpty()) {
            site.say("setup has changed nothing in " + folder);
            return;
        }
        site.say("Postfix has the settings again that it had before setup");
        for (String each : left.get()) {
            site.store().warn("Postfix: has been changed since, and stays: " + each);
        }
    }
}
