package org.postseal.certstore.key;

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

/**
 * The few calls to a PKCS #11 library that SunPKCS11 does not offer: to find a slot by the label of its token, and to start the library anew. The latter is the only way
 * back for libraries that lose their token for good once it was away (SoftHSM does); the JDK initialises a library once per process. Thread-safe.
 *
 * <p>A library is one for the whole process, however many tokens it serves, so the lock is one per library: operations share it, starting anew excludes them. Tokens
 * beside the one that needed it find their handles invalid afterwards, and open again.
 */
final class Pkcs11Library {
    private static final Map<Path, Pkcs11Library> LOADED = new ConcurrentHashMap<>();

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final MethodHandle initialize;
    private final MethodHandle finish;
    private final MethodHandle slotList;
    private final MethodHandle tokenInfo;

    // The addresses come from the library's own table; a wrong library would crash us through the JDK as well
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

    /** Held shared by whoever uses a handle of the library. */
    ReadWriteLock lock() {
        return lock;
    }

    /** Initialises the library unless that has been done. */
    void start() throws KeyFileException {
        try (Arena arena = Arena.ofConfined()) {
            // CK_C_INITIALIZE_ARGS: four callbacks we have none of, flags, reserved
            MemorySegment arguments = arena.allocate(6 * ValueLayout.JAVA_LONG.byteSize(), 8);
            arguments.set(ValueLayout.JAVA_LONG, 4 * ValueLayout.JAVA_LONG.byteSize(), CKF_OS_LOCKING_OK);
            long code = call(initialize, arguments);
            if (code != CKR_OK && code != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
                throw new KeyFileException("PKCS #11 library does not start: " + hex(code));
            }
        }
    }

    /** Ends the library and starts it again; every handle from before is void. The caller holds the lock for itself. */
    void restart() throws KeyFileException {
        // whatever it says: a library that was not running is where we want it
        long _ = call(finish, MemorySegment.NULL);
        start();
    }

    /** The slot whose token has this label. */
    long slotOf(String label) throws KeyFileException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment count = arena.allocate(ValueLayout.JAVA_LONG);
            count.set(ValueLayout.JAVA_LONG, 0, MAX_SLOTS);
            MemorySegment slots = arena.allocate(ValueLayout.JAVA_LONG, MAX_SLOTS);
            long code = call(slotList, (byte) 1, slots, count);
            if (code != CKR_OK) {
                throw new KeyFileException("PKCS #11 library lists no slots: " + hex(code));
            }
            // CK_TOKEN_INFO starts with the label, 32 octets, filled up with blanks
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

    // CK_FUNCTION_LIST: two octets of version, filled up to a word, then the functions in the standard's order
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
