package org.postseal.certstore.key.token;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.postseal.certstore.key.KeyFileException;

/**
 * Makes the few calls to a PKCS #11 library that SunPKCS11 does not offer: it finds a slot by the label of its token,
 * and restarts the library. A restart is the only way back for libraries that never see a token again once it was away,
 * such as SoftHSM, since the JDK initialises a library only once per process. Thread-safe.
 *
 * <p>The whole process shares one library, however many tokens it serves, so there is one lock per library. Operations
 * share the lock, and a restart excludes them. After a restart, the handles of other tokens are invalid too, and those
 * tokens are opened again.
 */
final class Pkcs11Library {
    private static final Map<Path, Pkcs11Library> LOADED = new ConcurrentHashMap<>();

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final MethodHandle initialize;
    private final MethodHandle finish;
    private final MethodHandle slotList;
    private final MethodHandle tokenInfo;

    // The addresses come from the library's own table. A wrong library would crash the process through the JDK as well.
    @SuppressWarnings("restricted")
    private Pkcs11Library(Path file) throws KeyFileException {
        SymbolLookup symbols;
        try {
            symbols = SymbolLookup.libraryLookup(file, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new KeyFileException("PKCS #11 library " + file + " cannot be loaded", e);
        }
        MemorySegment entry = symbols.find("C_GetFunctionList")
                .orElseThrow(() -> new KeyFileException(file + " is no PKCS #11 library"));
        MemorySegment table = functionTable(entry, file);
        this.initialize = function(table, 0, ValueLayout.ADDRESS);
        this.finish = function(table, 1, ValueLayout.ADDRESS);
        this.slotList = function(table, 4, ValueLayout.JAVA_BYTE, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
        this.tokenInfo = function(table, 6, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS);
    }

    static Pkcs11Library load(Path file) throws KeyFileException {
        Pkcs11Library known = LOADED.get(file);
        if (known != null) {
            return known;
        }
        Pkcs11Library loaded = new Pkcs11Library(file);
        Pkcs11Library earlier = LOADED.putIfAbsent(file, loaded);
        return earlier == null ? loaded : earlier;
    }

    /** Returns the lock. Callers hold its read lock while they use a handle of the library. */
    ReadWriteLock lock() {
        return lock;
    }

    /** Initialises the library unless that has been done. */
    void start() throws KeyFileException {
        try (Arena arena = Arena.ofConfined()) {
            // CK_C_INITIALIZE_ARGS holds four callbacks, which stay null, then the flags and a reserved field.
            MemorySegment arguments = arena.allocate(6 * ValueLayout.JAVA_LONG.byteSize(), 8);
            arguments.set(ValueLayout.JAVA_LONG, 4 * ValueLayout.JAVA_LONG.byteSize(), CKF_OS_LOCKING_OK);
            long code = call(initialize, arguments);
            if (code != CKR_OK && code != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
                throw new KeyFileException("PKCS #11 library does not start: " + hex(code));
            }
        }
    }

    /**
     * Finalises the library and starts it again. Every earlier handle becomes invalid. The caller holds the write lock.
     */
    void restart() throws KeyFileException {
        // The result does not matter: a library that was not running is in the wanted state.
        long _ = call(finish, MemorySegment.NULL);
        start();
    }

    /** Returns the slot whose token has this label. */
    long slotOf(String label) throws KeyFileException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
            count.set(ValueLayout.JAVA_LONG, 0, MAX_SLOTS);
            MemorySegment slots = arena.allocate(ValueLayout.JAVA_LONG, MAX_SLOTS);
            long code = call(slotList, (byte) 1, slots, count);
            if (code != CKR_OK) {
                throw new KeyFileException("PKCS #11 library lists no slots: " + hex(code));
            }
            // CK_TOKEN_INFO starts with the label: 32 octets, padded with blanks.
            MemorySegment info = arena.allocate(512, 8);
            for (long i = 0; i < count.get(ValueLayout.JAVA_LONG, 0); i++) {
                long slot = slots.getAtIndex(ValueLayout.JAVA_LONG, i);
                if (call(tokenInfo, slot, info) == CKR_OK) {
                    byte[] octets = info.asSlice(0, 32).toArray(ValueLayout.JAVA_BYTE);
                    if (new String(octets, StandardCharsets.UTF_8).strip().equals(label)) {
                        return slot;
                    }
                }
            }
        }
        throw new KeyFileException("no token with the label " + label);
    }

    @SuppressWarnings("restricted")
    private static MemorySegment functionTable(MemorySegment entry, Path file) throws KeyFileException {
        MethodHandle get = Linker.nativeLinker()
                .downcallHandle(entry, FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(ValueLayout.ADDRESS);
            if (call(get, pointer) != CKR_OK) {
                throw new KeyFileException(file + " gives no function list");
            }
            return pointer.get(ValueLayout.ADDRESS, 0).reinterpret(8L * (1 + TABLE_SIZE));
        }
    }

    // CK_FUNCTION_LIST holds two octets of version, padded to a word, and then the functions in the order of the
    // standard.
    @SuppressWarnings("restricted")
    private static MethodHandle function(MemorySegment table, int number, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(
                        table.get(ValueLayout.ADDRESS, 8L * (1 + number)),
                        FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments));
    }

    private static long call(MethodHandle function, Object... arguments) {
        try {
            return (long) function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a native function throws nothing", e);
        }
    }

    private static String hex(long code) {
        return "0x" + Long.toHexString(code);
    }

    private static final int TABLE_SIZE = 7;
    private static final long MAX_SLOTS = 256;
    private static final long CKF_OS_LOCKING_OK = 2;
    private static final long CKR_OK = 0;
    private static final long CKR_CRYPTOKI_ALREADY_INITIALIZED = 0x191;
}
