/** The part of WebAssembly that this room uses: Node has it, but neither its types nor ES2024's, and DOM types have no place here. */
declare namespace WebAssembly {
  type Module = { readonly __module: never }
  type Memory = { readonly buffer: ArrayBuffer }
  type Instance = { readonly exports: Readonly<Record<string, unknown>> }
  function compile(bytes: Uint8Array<ArrayBuffer>): Promise<Module>
  function instantiate(module: Module, imports: Readonly<Record<string, object>>): Promise<Instance>
}
