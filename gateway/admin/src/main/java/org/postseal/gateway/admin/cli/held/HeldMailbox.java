package org.postseal.gateway.admin.cli.held;

import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.FetchProfile;
import jakarta.mail.Flags;
import jakarta.mail.Folder;
import jakarta.mail.FolderClosedException;
import jakarta.mail.FolderNotFoundException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.StoreClosedException;
import jakarta.mail.UIDFolder;
import jakarta.mail.search.HeaderTerm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.angus.mail.imap.IMAPFolder;
import org.eclipse.angus.mail.imap.IMAPMessage;
import org.eclipse.angus.mail.imap.IMAPStore;
import org.postseal.certstore.AnchorFile;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.PasswordFile;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.HeldConfig;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.held.HeldOpening;
import org.postseal.gateway.mail.held.HeldSeal;
import org.postseal.gateway.mail.held.SealedField;

/**
 * The mailbox of the quarantine, over IMAP. Its messages come from anywhere: of each one only so much is read as
 * decides about it, and one that cannot be read is listed as such beside the others. Reading marks nothing as seen.
 * Confined to one thread.
 */
final class HeldMailbox implements AutoCloseable {
    private final Shell shell;
    private final HeldConfig.Imap place;
    private final long mostOctets;
    private final HeldSeal seal;
    private final Store store;
    private final IMAPFolder folder;

    private HeldMailbox(Shell shell, HeldConfig held, long mostOctets, Store store) throws MessagingException {
        this.shell = shell;
        this.place = held.imap().orElseThrow();
        this.mostOctets = mostOctets;
        this.seal = new HeldSeal(held.key());
        this.store = store;
        this.folder = (IMAPFolder) store.getFolder(place.folder());
    }

    /** Opens the mailbox that the configuration names, or ends the command with what is wrong. */
    static HeldMailbox open(Shell shell) {
        return open(shell, Folder.READ_WRITE);
    }

    /** Opens the mailbox for a command that changes nothing in it. */
    static HeldMailbox toRead(Shell shell) {
        return open(shell, Folder.READ_ONLY);
    }

    private static HeldMailbox open(Shell shell, int mode) {
        GatewayConfig config = shell.config();
        HeldConfig held = config.held()
                .filter(found -> found.imap().isPresent())
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIG,
                        "no mailbox of held mail is configured",
                        "held.key and held.imap in " + shell.configFile() + ", see docs/howto-held.md"));
        HeldConfig.Imap place = held.imap().orElseThrow();
        char[] password = PasswordFile.read(place.passwordFile());
        String protocol = place.tls() == HeldConfig.Tls.IMPLICIT ? "imaps" : "imap";
        try {
            Store store = Session.getInstance(properties(place, "mail." + protocol + "."))
                    .getStore(protocol);
            store.connect(place.user(), new String(password));
            HeldMailbox mailbox = new HeldMailbox(
                    shell, held, config.limits().message().octets() + SealedField.MOST_LOOKED_AT, store);
            mailbox.folder.open(mode);
            return mailbox;
        } catch (MessagingException e) {
            throw failure(shell, e);
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /** @param prefix what the names of the properties begin with, by the protocol */
    private static Properties properties(HeldConfig.Imap place, String prefix) {
        boolean isStartTls = place.tls() == HeldConfig.Tls.START_TLS;
        Properties properties = new Properties();
        properties.setProperty(prefix + "host", place.address().getHostString());
        properties.setProperty(prefix + "port", Integer.toString(place.address().getPort()));
        properties.setProperty(prefix + "starttls.enable", Boolean.toString(isStartTls));
        properties.setProperty(prefix + "starttls.required", Boolean.toString(isStartTls));
        properties.setProperty(prefix + "ssl.checkserveridentity", "true");
        for (String limit : List.of("connectiontimeout", "timeout", "writetimeout")) {
            properties.setProperty(prefix + limit, TIMEOUT);
        }
        properties.setProperty(prefix + "peek", "true");
        properties.setProperty(prefix + "fetchsize", Integer.toString(PIECE));
        place.trust().ifPresent(trust -> {
            try {
                properties.put(
                        prefix + "ssl.socketFactory", AnchorFile.tls(trust).getSocketFactory());
            } catch (IOException | GeneralSecurityException e) {
                throw new CommandFailure(ExitCode.CONFIG, "held.imap.trust: " + trust + ": " + e.getMessage());
            }
        });
        return properties;
    }

    /** Returns the messages of the folder, the oldest first, and of very many only the newest. */
    List<HeldItem> items() {
        return items(true);
    }

    /** Returns the messages of the folder, the oldest first, and of very many only the oldest. */
    List<HeldItem> oldest() {
        return items(false);
    }

    private List<HeldItem> items(boolean areNewest) {
        try {
            int count = folder.getMessageCount();
            int most = Math.min(count, MOST_MESSAGES);
            if (most < count) {
                shell.warn(count + " messages are in the mailbox; only the " + (areNewest ? "newest " : "oldest ")
                        + most + " are looked at");
            }
            int first = areNewest ? count - most + 1 : 1;
            return items(most == 0 ? new Message[0] : folder.getMessages(first, first + most - 1));
        } catch (MessagingException e) {
            throw failure(shell, e);
        }
    }

    private List<HeldItem> items(Message... messages) throws MessagingException {
        Instant now = shell.now();
        FetchProfile profile = new FetchProfile();
        profile.add(FetchProfile.Item.FLAGS);
        profile.add(FetchProfile.Item.SIZE);
        profile.add(UIDFolder.FetchProfileItem.UID);
        folder.fetch(messages, profile);
        List<HeldItem> items = new ArrayList<>();
        for (Message message : messages) {
            if (!message.isExpunged() && !message.isSet(Flags.Flag.DELETED)) {
                items.add(item(message, now));
            }
        }
        return items;
    }

    private HeldItem item(Message message, Instant now) throws MessagingException {
        long uid = folder.getUID(message);
        try {
            RawMessage top = top(message);
            boolean isReleased = message.getFlags().contains(RELEASED);
            return HeldItem.of(message, uid, isReleased, seal.look(top, now), top);
        } catch (FolderClosedException | StoreClosedException gone) {
            throw gone;
        } catch (MessagingException | IOException | RuntimeException unreadable) {
            return HeldItem.unreadable(message, uid);
        }
    }

    /** Returns the copies with this id, or ends the command if there is none, or the digits name several. */
    List<HeldItem> copies(String id) {
        String name = id.toLowerCase(Locale.ROOT);
        List<HeldItem> searched = named(name, search(name));
        // A copy whose note is lost is found all the same.
        List<HeldItem> found = searched.isEmpty() ? named(name, items()) : searched;
        Set<String> ids = found.stream().map(HeldItem::id).collect(Collectors.toSet());
        if (ids.size() != 1) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    ids.isEmpty()
                            ? "no message in " + place.folder() + " is held as " + id
                            : id + " begins the ids of " + ids.size() + " held messages",
                    "postseal held list");
        }
        return found;
    }

    /** Lets the server find what may have this name. */
    private List<HeldItem> search(String name) {
        try {
            if (name.matches("uid-[0-9]{1,10}")) {
                Message message = folder.getMessageByUID(Long.parseLong(name.substring("uid-".length())));
                return message == null ? List.of() : items(message);
            }
            return name.matches("[0-9a-f]{8,32}")
                    ? items(folder.search(new HeaderTerm("X-Postseal-Quarantine", name)))
                    : List.of();
        } catch (MessagingException e) {
            throw failure(shell, e);
        }
    }

    private static List<HeldItem> named(String name, List<HeldItem> items) {
        return items.stream().filter(item -> item.isNamed(name)).toList();
    }

    /**
     * Reads a whole copy and opens it.
     *
     * @param scope holds its octets
     */
    HeldOpening open(HeldItem item, Spool.Scope scope) {
        try (InputStream in = ((IMAPMessage) item.message()).getMimeStream()) {
            Spool spool = scope.newSpool();
            byte[] piece = new byte[PIECE];
            for (int count = in.read(piece); count > 0; count = in.read(piece)) {
                if (spool.size() + count > mostOctets) {
                    return new HeldOpening.Refused(HeldOpening.Why.ALTERED, item.copy());
                }
                spool.write(piece, 0, count);
            }
            return seal.open(spool.finish(), shell.now());
        } catch (MessagingException e) {
            throw failure(shell, e);
        } catch (IOException e) {
            throw failure(shell, new MessagingException(String.valueOf(e.getMessage()), e));
        }
    }

    /** Marks a copy by a keyword of IMAP as one that was released. */
    void markReleased(HeldItem item) {
        try {
            item.message().setFlags(new Flags(RELEASED), true);
        } catch (MessagingException e) {
            throw failure(shell, e);
        }
    }

    /** Removes these messages, and no other one that somebody has marked for removal if the server can tell. */
    void remove(List<HeldItem> items) {
        Message[] messages = items.stream().map(HeldItem::message).toArray(Message[]::new);
        try {
            folder.setFlags(messages, new Flags(Flags.Flag.DELETED), true);
            // RFC 4315 §2.1
            if (((IMAPStore) store).hasCapability("UIDPLUS")) {
                folder.expunge(messages);
            } else {
                folder.expunge();
            }
        } catch (MessagingException e) {
            throw failure(shell, e);
        }
    }

    /** Returns the name of the folder, for records. */
    String name() {
        return place.user() + "/" + place.folder();
    }

    @Override
    public void close() {
        try {
            store.close();
        } catch (MessagingException alreadyGone) {
            shell.warn("the mailbox was not closed: " + alreadyGone.getMessage());
        }
    }

    /** Returns the octets up to the end of the header section, as far as the field of a held copy may stand. */
    private static RawMessage top(Message message) throws MessagingException, IOException {
        ByteArrayOutputStream top = new ByteArrayOutputStream();
        byte[] piece = new byte[PIECE];
        try (InputStream in = ((IMAPMessage) message).getMimeStream()) {
            int count = in.read(piece);
            while (count > 0 && top.size() < SealedField.MOST_LOOKED_AT) {
                top.write(piece, 0, count);
                count = top.toString(StandardCharsets.ISO_8859_1).contains("\r\n\r\n") ? 0 : in.read(piece);
            }
        }
        if (top.size() == 0 && message.getSize() > 0) {
            throw new IOException("the server delivers nothing");
        }
        return RawMessage.of(top.toByteArray());
    }

    private static CommandFailure failure(Shell shell, MessagingException e) {
        String said = String.valueOf(e.getMessage()).strip();
        String imap = "held.imap in " + shell.configFile();
        return switch (e) {
            case AuthenticationFailedException _ ->
                new CommandFailure(
                        ExitCode.CONFIG, "the mailbox refuses the login: " + said, "user and passwordFile of " + imap);
            case FolderNotFoundException _ ->
                new CommandFailure(ExitCode.CONFIG, "the mailbox has no such folder: " + said, "folder of " + imap);
            case FolderClosedException _, StoreClosedException _ ->
                new CommandFailure(ExitCode.TRY_AGAIN, "the mailbox is gone: " + said, "try again");
            default ->
                new CommandFailure(
                        ExitCode.TRY_AGAIN, "the mailbox cannot be used: " + said, "see whether it runs, and " + imap);
        };
    }

    /** The keyword of copies that were released. */
    private static final String RELEASED = "$Released";

    private static final String TIMEOUT = "30000";
    private static final int PIECE = 16 * 1024;
    private static final int MOST_MESSAGES = 20_000;
}
