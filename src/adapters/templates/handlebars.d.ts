/** The same package, in one file: less to load, and without the tools for source maps. */
declare module 'handlebars/dist/handlebars.js' {
  export { default } from 'handlebars';
}
