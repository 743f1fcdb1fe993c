package org.postseal.gateway.audit.systemd;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The functions of the C library that are needed, on 64-bit Linux. Thread-safe. */
final class Libc {
    private Libc() {}

    /** A call of the C library failed. */
    static final class CallFailedException extends IOException {
        private static final long serialVersionUID = 1;
        private final int number;

        CallFailedException(String function, int number) {
            super(function + ": error " + number + named(number));
            this.number = number;
        }

        /** Returns true if the buffer of the socket or of its reader is full. Later there may be room. */
        boolean isFull() {
            return number == EAGAIN || number == ENOBUFS;
        }

        private static String named(int number) {
            return switch (number) {
                case ENOENT -> " (no such socket)";
                case ECONNREFUSED -> " (nobody listens there)";
                case EACCES -> " (permission denied)";
                case EMSGSIZE -> " (too long)";
                default -> "";
            };
        }
    }

    /** Opens a datagram socket for this machine. Programs that we start do not inherit it. */
    static int socket() throws CallFailedException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int descriptor = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (descriptor < 0) {
                throw new CallFailedException("socket", (int) ERRNO.get(state, 0L));
            }
            return descriptor;
        } catch (CallFailedException e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("socket", e);
        }
    }

    /** Sends one datagram to this {@code sockaddr_un}, at once or not at all. */
    static void send(int descriptor, byte[] octets, byte[] address) throws CallFailedException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment content = arena.allocateFrom(ValueLayout.JAVA_BYTE, octets);
            MemorySegment to = arena.allocateFrom(ValueLayout.JAVA_BYTE, address);
            long sent = (long) SENDTO.invokeExact(
                    state, descriptor, content, (long) octets.length, MSG_DONTWAIT | MSG_NOSIGNAL, to, address.length);
            if (sent < 0) {
                throw new CallFailedException("sendto", (int) ERRNO.get(state, 0L));
            }
        } catch (CallFailedException e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("sendto", e);
        }
    }

    static void close(int descriptor) {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new LinkageError("close", e);
        }
    }

    /** Returns the microseconds of CLOCK_MONOTONIC, which systemd compares with its own. */
    static long monotonicMicroseconds() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            if ((int) CLOCK_GETTIME.invokeExact(CLOCK_MONOTONIC, time) != 0) {
                throw new IllegalStateException("no monotonic clock");
            }
            return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000
                    + time.getAtIndex(ValueLayout.JAVA_LONG, 1) / 1000;
        } catch (IllegalStateException e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError("clock_gettime", e);
        }
    }

    // The method is restricted because a wrong description ends the process. These descriptions are those of the manual
    // pages.
    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
    }

    static final int AF_UNIX = 1;

    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int CLOCK_MONOTONIC = 1;
    private static final int ENOENT = 2;
    private static final int EAGAIN = 11;
    private static final int EACCES = 13;
    private static final int EMSGSIZE = 90;
    private static final int ENOBUFS = 105;
    private static final int ECONNREFUSED = 111;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong SIZE = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    // Between the call and the next line of Java, the JVM itself may call the C library, so errno is captured with the
    // call.
    private static final Linker.Option WITH_ERRNO = Linker.Option.captureCallState("errno");
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle SOCKET =
            function("socket", FunctionDescriptor.of(INT, INT, INT, INT), WITH_ERRNO);
    private static final MethodHandle SENDTO =
            function("sendto", FunctionDescriptor.of(SIZE, INT, POINTER, SIZE, INT, POINTER, INT), WITH_ERRNO);
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(INT, INT));
    private static final MethodHandle CLOCK_GETTIME =
            function("clock_gettime", FunctionDescriptor.of(INT, INT, POINTER));
}
