// The bytes of the built-in model, as they are in the file; tensors want 64-byte alignment.

#if defined(__APPLE__)
#define SYMBOL(name) _##name
    .const
#else
#define SYMBOL(name) name
    .section .rodata
#endif

    .globl SYMBOL(siskin_starter_begin)
    .globl SYMBOL(siskin_starter_end)
    .balign 64
SYMBOL(siskin_starter_begin):
    .incbin "starter-q8_0.gguf"
SYMBOL(siskin_starter_end):

#if defined(__ELF__)
    .section .note.GNU-stack, "", %progbits
#endif
