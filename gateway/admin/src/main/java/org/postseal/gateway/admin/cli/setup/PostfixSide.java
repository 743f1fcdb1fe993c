package org.postseal.gateway.admin.cli.setup;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces;
import org.postseal.gateway.admin.cli.postfix.Postconf;
import org.postseal.gateway.admin.cli.postfix.PostfixFiles;
import org.postseal.gateway.admin.cli.postfix.PostfixPlan;
import org.postseal.gateway.admin.cli.postfix.PostfixPorts;
import org.postseal.gateway.admin.cli.postfix.PostfixWish;
import org.postseal.gateway.admin.cli.postfix.Unsafe;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.FileWork;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.OutputFolder;
import org.postseal.gateway.admin.cli.support.Program;

/** Plans and makes the change of the Postfix around the gateway. Not thread-safe. */
final class PostfixSide {
    private final Machine machine;
    private final Postconf postconf;
    private final Path folder;
    private final PostfixFiles files;
    /** This file exists while Postfix has not read the change, and names its folder. */
    private final Path unread;

    private @Nullable PostfixPlan plan;

    /** @throws CommandFailure when there is no Postfix here */
    PostfixSide(Machine machine, Optional<Path> folder, SetupPlaces places) {
        this.machine = machine;
        this.postconf = machine.postconf().apply(folder);
        this.folder = folder.orElseGet(() -> Path.of(postconf.value("config_directory")));
        this.files = new PostfixFiles(postconf, this.folder, places.postfix());
        this.unread = places.unread();
    }

    String hostName() {
        return postconf.value("myhostname");
    }

    Path folder() {
        return folder;
    }

    /** Returns the domains for which this Postfix takes mail, without the names of the machine. */
    List<String> domains() {
        String own = hostName();
        return Stream.of("virtual_mailbox_domains", "mydestination", "relay_domains")
                .flatMap(list -> Stream.of(postconf.value(list).split("[,\\s]+", -1)))
                .filter(word -> word.matches("[^:/.\\[]+(\\.[^:/.]+)+"))
                .filter(word -> !word.equalsIgnoreCase(own) && !word.startsWith("localhost."))
                .distinct()
                .toList();
    }

    /** Returns the ports that an earlier setup has opened in this Postfix for such a gateway. */
    Map<String, Integer> ports(GatewayPlaces gateway) {
        Map<String, Integer> ports = new HashMap<>();
        PostfixPorts present = PostfixPorts.of(postconf, gateway);
        present.users().ifPresent(port -> ports.put(SetupPorts.USERS, port));
        present.sentOn().ifPresent(port -> ports.put(SetupPorts.SENT_ON, port));
        return ports;
    }

    /** Finds out on copies what has to be changed. Nothing is written. */
    void plan(PostfixWish wish, boolean isApplied, SetupProblems problems) {
        files.demandSame();
        PostfixPlan found = onCopies(copy -> PostfixPlan.of(postconf, files.base(), copy, wish));
        plan = found;
        for (Unsafe each : found.left()) {
            if (each.isError()) {
                problems.add(ExitCode.CONFIG, "Postfix: " + each.what(), each.hint());
            }
        }
        if (isApplied && !found.edits().isEmpty()) {
            if (files.isChangedSince()) {
                problems.add(
                        ExitCode.CONFIG,
                        "Postfix has been changed since setup wrote its files, and needs more changes now",
                        "take back what setup wrote: postseal setup --undo");
            }
            if (!machine.isWritable().test(folder.resolve("main.cf"))) {
                problems.add(ExitCode.INPUT_OUTPUT, folder + " cannot be written", "run this as root");
            }
        }
    }

    /** Returns the commands that make the change. */
    List<String> commands() {
        return plan().edits().stream().map(postconf::command).toList();
    }

    /** Returns what is not as it should be, and may be meant so. */
    List<Unsafe> warnings() {
        return plan().left().stream().filter(each -> !each.isError()).toList();
    }

    Step step(PostfixWish wish) {
        return new Step(
                folder + "/main.cf and master.cf: " + Options.count(plan().edits(), "change"),
                () -> plan().edits().isEmpty() && Files.notExists(unread),
                () -> change(wish));
    }

    /** Returns true if the change adds a service at this port. */
    boolean adds(int port) {
        String name = port == PostfixWish.SUBMISSION ? "submission" : String.valueOf(port);
        return plan().edits().stream()
                .anyMatch(each ->
                        each.option().equals("-M") && each.text().matches("(127\\.0\\.0\\.1:)?" + name + "/inet=.*"));
    }

    private void change(PostfixWish wish) {
        SetupFile.make(unread, folder + "\n");
        PostfixPlan made = onCopies(copy -> {
            PostfixPlan again = PostfixPlan.of(postconf, files.base(), copy, wish);
            // Without a change, only the reload was missing
            if (again.isSafe() && !again.edits().isEmpty()) {
                files.change(copy);
            }
            return again;
        });
        if (!made.isSafe()) {
            throw new CommandFailure(
                    ExitCode.CONFIG, "Postfix has been changed meanwhile", "run the same command again");
        }
        reload();
    }

    /**
     * Takes the change back. Returns what somebody has changed since, and stays therefore; empty if there is nothing to
     * take back.
     */
    Optional<List<String>> undo() {
        files.demandSame();
        if (files.isKept()) {
            SetupFile.make(unread, folder + "\n");
            List<String> left = files.undo();
            reload();
            return Optional.of(left);
        }
        if (Files.exists(unread)) {
            // The files were taken back, and then the command was killed
            reload();
            return Optional.of(List.of());
        }
        return Optional.empty();
    }

    /** Makes a running Postfix read its files. */
    private void reload() {
        if (postfix("status").isSuccess()) {
            Program ran = postfix("reload");
            if (!ran.isSuccess()) {
                throw new CommandFailure(
                        ExitCode.UNAVAILABLE,
                        "postfix reload failed: " + ran.complaint(),
                        "postseal setup --undo takes back what was written");
            }
        }
        FileWork.change(unread + " cannot be removed", () -> Files.deleteIfExists(unread));
    }

    private Program postfix(String command) {
        return machine.run(
                Path.of(postconf.value("command_directory"), "postfix").toString(), "-c", folder.toString(), command);
    }

    String sendmail() {
        return postconf.value("sendmail_path");
    }

    private PostfixPlan plan() {
        PostfixPlan made = plan;
        if (made == null) {
            throw new IllegalStateException("not planned yet");
        }
        return made;
    }

    private static PostfixPlan onCopies(Function<Path, PostfixPlan> work) {
        return FileWork.read("the files of Postfix cannot be copied", () -> {
            Path copy = Files.createTempDirectory("postseal-postfix");
            try {
                return work.apply(copy);
            } finally {
                OutputFolder.remove(copy);
            }
        });
    }
}
